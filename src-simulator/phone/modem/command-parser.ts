/**
 * One command of a line. `run` = bare or with a number behind a basic command (ATE0: name "E", value "0"),
 * `read` = ?, `test` = =?, `set` = =value.
 */
export interface Command {
  readonly name: string;
  readonly kind: 'run' | 'read' | 'test' | 'set';
  readonly value: string;
}

/** D alone takes the whole line and is dealt with before; &D is a command like any other. */
const basic = /^(&[A-Z]|[A-CE-Z])(\d*)/;
const register = /^S(\d{1,3})(=\?|\?|=(\d*))?/;
const extended = /^([+^*$#%@][A-Z0-9]+)\s*(=\?|\?|=)?/;

/**
 * V.250 §5.3–5.4: what stands behind "AT" → its commands. Basic commands may follow each other directly (E0V1Q0),
 * extended ones are parted by ";". D takes the rest of the line. `=?` is looked for before `=` (a set with value "?").
 * @returns null when the line is not in that grammar: the modem answers ERROR
 */
export function parseLine(body: string): Command[] | null {
  const commands: Command[] = [];
  let rest = withoutSpaces(body);
  while (rest.length > 0) {
    if (rest.startsWith(';')) {
      rest = rest.slice(1);
      continue;
    }
    const step = takeOne(rest);
    if (!step) return null;
    commands.push(step.command);
    rest = rest.slice(step.taken);
  }
  return commands;
}

function takeOne(rest: string): { command: Command; taken: number } | null {
  if (/^[Dd]/.test(rest)) return { command: { name: 'D', kind: 'run', value: rest.slice(1) }, taken: rest.length };
  const upper = rest.toUpperCase();
  const reg = register.exec(upper);
  if (reg) {
    const kind = reg[2] === '?' ? 'read' : reg[2] === '=?' ? 'test' : reg[2] ? 'set' : 'run';
    return { command: { name: `S${Number(reg[1])}`, kind, value: reg[3] ?? '' }, taken: reg[0].length };
  }
  const ext = extended.exec(upper);
  if (ext?.[1]) return takeExtended(rest, ext[1], ext[2] ?? '', ext[0].length);
  const simple = basic.exec(upper);
  if (simple?.[1])
    return { command: { name: simple[1], kind: 'run', value: simple[2] ?? '' }, taken: simple[0].length };
  return null;
}

function takeExtended(
  rest: string,
  name: string,
  operator: string,
  head: number,
): { command: Command; taken: number } | null {
  const end = endOfCommand(rest, head);
  const value = rest.slice(head, end);
  if (operator === '=') return { command: { name, kind: 'set', value }, taken: end };
  if (value !== '') return null;
  const kind = operator === '?' ? 'read' : operator === '=?' ? 'test' : 'run';
  return { command: { name, kind, value: '' }, taken: end };
}

/** The next ";" outside quotes. */
function endOfCommand(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') quoted = !quoted;
    if (text[at] === ';' && !quoted) return at;
  }
  return text.length;
}

/** V.250 §5.2.1: spaces outside quotes mean nothing. */
function withoutSpaces(text: string): string {
  return text
    .split('"')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(' ', '') : part))
    .join('"');
}

/** `1,"a,b",,3` → ["1", "a,b", "", "3"], quotes taken off. */
export function splitValues(value: string): string[] {
  const values: string[] = [];
  let current = '';
  let quoted = false;
  for (const char of value) {
    if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) {
      values.push(current);
      current = '';
    } else current += char;
  }
  return [...values, current];
}
