import { maskTrace } from '../at/mask-trace.ts';
import type { Draft } from './draft.ts';
import type { Answer, Findings } from './findings.ts';
import { groups } from './questions.ts';

const titles: Record<(typeof groups)[number], string> = {
  identity: 'Who it is',
  card: 'Card',
  network: 'Network',
  calls: 'Calls',
  reports: 'Reports about calls',
  slots: 'Slots',
  sound: 'Sound',
  text: 'USSD and characters',
  ports: 'Ports',
};

/** For people, and for an e-mail to us: numbers, IMSI and ICCID are masked. */
export function reportText(findings: Findings, { profile, questions }: Draft): string {
  const { line, answers, unasked, restored } = findings;
  const slowest = answers.toSorted((a, b) => b.ms - a.ms)[0];
  const facts: readonly (readonly [string, string | null])[] = [
    ['port', findings.port],
    ['maker', findings.manufacturer],
    ['model', findings.model],
    ['firmware', findings.revision],
    ['echo', line.echo ? `yes${line.echoAfterE0 ? ', and ATE0 does not end it' : ', ATE0 ends it'}` : 'no'],
    ['line ends', `${line.before} before a result, ${line.behind} behind it`],
    ['results', line.numeric ? 'digits at first (ATV0)' : 'words'],
    ['unasked', line.talksByItself ? 'it talked before it was asked' : 'quiet until asked'],
    ['speed', `${median(answers)} ms in the middle, ${slowest?.ms ?? 0} ms for ${slowest?.question.command ?? '-'}`],
    ['set back', restored.join(' ') || 'nothing had to be set'],
  ];
  const sections = groups.flatMap((group) => [
    '',
    titles[group],
    ...answers.filter(({ question }) => question.group === group).map(answerText),
  ]);
  return [
    'Phone probe',
    ...facts.map(([name, value]) => `  ${name.padEnd(10)} ${value ?? 'not told'}`),
    ...sections,
    ...(unasked.length > 0 ? ['', 'Came unasked', ...unasked.map((text) => `  ${text}`)] : []),
    '',
    'Could not be found out',
    ...questions.map((question) => `  - ${question}`),
    '',
    `Draft profile (resources/devices/${profile.id}.json; every field: docs/guides/new-phone.md)`,
    JSON.stringify(profile, null, 2),
    '',
  ].join('\n');
}

/** The same for programs; masked too. */
export function reportJson(findings: Findings, { profile, questions }: Draft): string {
  const answers = findings.answers.map(({ question, result, refusal, lines, ms }) => ({
    group: question.group,
    command: question.command,
    result,
    refusal,
    lines: lines.map(maskTrace),
    ms,
  }));
  return JSON.stringify({ ...findings, answers, questions, profile }, null, 2);
}

function answerText({ question, result, refusal, lines, ms }: Answer): string {
  const name = `  ${question.command.padEnd(20)} `;
  const about = `  (${question.about})`;
  if (result === 'mute') return `${name}no answer within ${ms} ms${about}`;
  if (result === 'refused') return `${name}${refusal ?? 'refused'}${about}`;
  const [first = 'OK', ...rest] = lines.map(maskTrace);
  return [`${name}${first}${about}`, ...rest.map((line) => `${' '.repeat(name.length)}${line}`)].join('\n');
}

function median(answers: readonly Answer[]): number {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? 0;
}
