// What the reports of a folder say: .trx (VSTest) and .vitest.json. Not executed counts as failed: nothing skips silently.
//   count-results.mjs FOLDER              prints "<passed> <failed>", and tells each failure on the error output
//   count-results.mjs --failed FILE.trx   prints the filter that runs the failed tests of a report again; nothing when none failed, or so many that it is no accident
// A test that fails and then passes when it is run again (NAME.again.trx beside NAME.trx) counts as passed and is told as unstable, with its first message.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** More failures than these are not looked at again. */
const accidents = 5;

/** The tests of a .trx: its name as people read it, its method, whether it passed, and the message if not. */
function testsOf(file) {
  const text = readFileSync(file, 'utf8');
  const methods = new Map([...text.matchAll(/<UnitTest\b[^>]*\bid="([^"]*)".*?<TestMethod\b([^>]*)>/gs)].map(([, id, method]) => [id, `${attribute(method, 'className')}.${attribute(method, 'name')}`]));
  return [...text.matchAll(/<UnitTestResult\b([^>]*?)(?:\/>|>(.*?)<\/UnitTestResult>)/gs)].map(([, head, body = '']) => ({
    name: attribute(head, 'testName'),
    method: methods.get(attribute(head, 'testId')) ?? '',
    isPassed: attribute(head, 'outcome') === 'Passed',
    outcome: attribute(head, 'outcome'),
    message: body.match(/<Message>(.*?)<\/Message>/s)?.[1].trim() ?? '',
  }));
}

function attribute(tag, name) {
  return tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? '';
}

function tell(word, test) {
  console.error(`  ${word}: ${test.name}`);
  if (test.message) console.error(test.message.slice(0, 1500).replace(/^/gm, '    '));
}

function countTrx(file) {
  const tests = testsOf(file);
  const again = file.replace(/\.trx$/, '.again.trx');
  const second = existsSync(again) ? new Set(testsOf(again).filter((test) => test.isPassed).map((test) => test.name)) : new Set();
  const failed = tests.filter((test) => !test.isPassed);
  for (const test of failed) tell(second.has(test.name) ? 'unstable (failed, then passed)' : test.outcome, test);
  let broken = failed.filter((test) => !second.has(test.name)).length;
  // A host that died in the middle fails the run, though perhaps no test of it.
  if (failed.length === 0 && /<ResultSummary\b[^>]*outcome="(?!Completed|Passed)/.test(readFileSync(file, 'utf8'))) {
    tell('the run did not complete', { name: basename(file), message: '' });
    broken = 1;
  }
  return { passed: tests.length - broken, failed: broken };
}

function countVitest(file) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  return { passed: report.numPassedTests, failed: report.numTotalTests - report.numPassedTests };
}

const [first, second] = process.argv.slice(2);
if (first === '--failed') {
  const failed = testsOf(second).filter((test) => !test.isPassed);
  const methods = [...new Set(failed.map((test) => test.method))];
  if (failed.length <= accidents && methods.every((method) => /^[\w.+]+$/.test(method))) process.stdout.write(methods.map((method) => `FullyQualifiedName=${method}`).join('|'));
} else {
  const counts = readdirSync(first).flatMap((name) => {
    if (name.endsWith('.again.trx')) return [];
    const file = join(first, basename(name));
    if (name.endsWith('.trx')) return [countTrx(file)];
    return name.endsWith('.vitest.json') ? [countVitest(file)] : [];
  });
  const sum = (key) => counts.reduce((total, each) => total + each[key], 0);
  console.log(`${sum('passed')} ${sum('failed')}`);
}
