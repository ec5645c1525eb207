// Prints "<passed> <failed>" over all .trx (VSTest) and .vitest.json reports of a folder. Not executed counts as failed: nothing skips silently.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
let passed = 0;
let failed = 0;
for (const file of readdirSync(folder)) {
  const text = readFileSync(join(folder, file), 'utf8');
  if (file.endsWith('.trx')) {
    const counters = text.match(/<Counters\b[^>]*>/)?.[0] ?? '';
    const value = name => Number(counters.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
    passed += value('passed');
    failed += value('total') - value('passed');
    for (const bad of text.matchAll(/<UnitTestResult\b[^>]*testName="([^"]*)"[^>]*outcome="(?!Passed)([^"]*)"(.*?)<\/UnitTestResult>/gs)) {
      console.error(`  ${bad[2]}: ${bad[1]}`);
      const message = bad[3].match(/<Message>(.*?)<\/Message>/s)?.[1];
      if (message) console.error(message.trim().slice(0, 1500).replace(/^/gm, '    '));
    }
  } else if (file.endsWith('.vitest.json')) {
    const report = JSON.parse(text);
    passed += report.numPassedTests;
    failed += report.numTotalTests - report.numPassedTests;
  }
}
console.log(`${passed} ${failed}`);
