"""The five-act demo of identity stitching: its acts as data, the way they are played, their look as text."""
