// Makes javascript_numbers.json: what JavaScript prints for a number, as [JSON text, String(number)] pairs.
// Run with Node 20: node javascript_numbers.mjs > javascript_numbers.json
const texts = new Set([
  "0", "-0", "0.0", "1", "-1", "25.0", "25.50", "100", "1e0", "1E2", "1e+2", "123456789", "0.1", "0.2", "0.30000000000000004",
  "1e20", "1e21", "1e22", "-1e21", "123456789012345680000", "1234567890123456789012", "999999999999999900000", "1e-6", "1e-7",
  "0.000001", "0.0000001", "0.0000012345", "0.00000012345", "1.5e-7", "5e-324", "1.7976931348623157e308", "2.2250738585072014e-308",
  "9007199254740991", "9007199254740992", "9007199254740993", "9007199254740995", "-9007199254740993", "9223372036854775807",
  "-9223372036854775808", "18446744073709551615", "4611686018427387905", "0.1e-5", "1.0e-10", "3.14159265358979", "2.718281828459045",
  "40.2964197", "-76.9411617", "37.4", "19.99", "1772442930120", "1772442930.12", "4.35", "0.615", "1e16", "1e17", "123e-20", "12.5e10",
]);
// A fixed linear congruential generator: the same numbers every time.
let state = 20260302n;
const next = () => Number((state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn) >> 11n) / 2 ** 53;
for (let power = -30; power <= 30; power++) {
  const number = (next() * 2 - 1) * 10 ** power;
  texts.add(JSON.stringify(number));
  texts.add(number.toPrecision(5).replace("+", ""));
  texts.add(String(Math.round(number * 100) / 100));
  texts.add(`1e${power}`);
}
const rows = [...texts].filter((text) => JSON.parse(text) !== undefined).map((text) => [text, String(JSON.parse(text))]);
process.stdout.write("[\n" + rows.map((row) => "  " + JSON.stringify(row)).join(",\n") + "\n]\n");
