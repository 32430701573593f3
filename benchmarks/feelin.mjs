// One condition in feelin, for `kedja bench feel`: node feelin.mjs TEXT DATA
import { readFileSync } from 'node:fs';
import { evaluate } from 'feelin';

const [text, data] = [process.argv[2], JSON.parse(process.argv[3])];
const found = new URL('../node_modules/feelin/package.json', import.meta.url);
if (evaluate(text, data).value !== true) throw new Error('feelin gives another answer');

const turns = [];
for (let turn = 0; turn < 40; turn++) {
  const begun = process.cpuUsage();
  for (let count = 0; count < 200; count++) evaluate(text, data);
  const { user, system } = process.cpuUsage(begun);
  turns.push((user + system) / 200);
}
turns.sort((one, other) => one - other);
console.log(JSON.stringify({
  version: JSON.parse(readFileSync(found, 'utf8')).version,
  us: turns[20],
  exact: evaluate('0.1 + 0.2 = 0.3', {}).value,
}));
