"""Who is who: claims, policies, attribution and the reasons for it. Pure: no clock, no file, no third party."""
