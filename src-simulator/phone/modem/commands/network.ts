import { cme, done, failed, level, question, type Answer, type CommandTable, type Handler } from '../answer.ts';
import { splitValues } from '../command-parser.ts';
import { registrationFields, type ModemCore } from '../core.ts';
import { cardObstacle } from './sim.ts';

const ussdMs = 1500;

const registration =
  (name: string): Handler =>
  (command, core) => {
    if (command.kind === 'test') return done(`${name}: (0-2)`);
    if (command.kind !== 'set') return done(`${name}: ${core.level(name)},${registrationFields(core, name)}`);
    if (!/^[0-2]$/.test(command.value)) return failed('ERROR');
    core.settings.levels.set(name, Number(command.value));
    return done();
  };

function operator(core: ModemCore): string {
  const { card, registered } = core.radio;
  if (!card || !registered) return '+COPS: 0';
  const { operatorFormat } = core.settings;
  const name = operatorFormat === 2 ? `"${card.operator.mccMnc}"` : core.text(card.operator.name);
  return `+COPS: 0,${operatorFormat},${name},7`;
}

/** `AT+COPS=?`, `=0`, `=3,n`; choosing a network by hand is not simulated. */
function setOperator(core: ModemCore, value: string): Answer {
  const [mode, format = '0'] = splitValues(value);
  if (mode === '3' && /^[0-2]$/.test(format)) core.settings.operatorFormat = Number(format);
  else if (mode !== '0') return cme(4);
  return done();
}

/** 27.007 §8.69: rsrq and rsrp, worked out from the CSQ figure so that both say the same. */
function extendedSignal(signal: number): string {
  if (signal > 31) return '+CESQ: 99,99,255,255,255,255';
  return `+CESQ: 99,99,255,255,20,${Math.min(97, Math.max(0, -113 + 2 * signal - 20 + 141))}`;
}

function signal(core: ModemCore): number {
  const { card, sim } = core.radio;
  return card && sim !== 'absent' && card.coverage !== 'none' && core.radio.functionality === 1 ? card.signal : 99;
}

/** USSD: the OK comes at once, the network's text later as a URC (27.007 §7.15). */
const ussd: Handler = (command, core) => {
  if (command.kind === 'test') return done('+CUSD: (0-2)');
  if (command.kind === 'read') return done(`+CUSD: ${core.level('+CUSD')}`);
  const [mode, code] = splitValues(command.value);
  if (mode === undefined || !/^[0-2]$/.test(mode)) return failed('ERROR');
  if (mode !== '2') core.settings.levels.set('+CUSD', Number(mode));
  if (mode !== '1' || code === undefined) return done();
  const obstacle = cardObstacle(core) ?? (core.radio.registered ? null : cme(30));
  if (obstacle) return obstacle;
  const { stack } = core;
  // A question that went unheard stays so: the network does not take it up again when the fault is over.
  if (core.world.faults.on('ussd-silent')) return done();
  core.world.clock.after(ussdMs, () => {
    if (core.level('+CUSD') !== 1) return;
    const known = /\*\d+#/.test(code) || /^002A/i.test(code);
    const dcs = core.settings.charset === 'UCS2' ? 72 : 15;
    const text = dcs === 72 ? '话费余额 36.50 元' : 'Balance: 36.50 yuan';
    core.urc(known ? `+CUSD: 0,${core.text(text)},${dcs}` : '+CUSD: 4', stack);
  });
  return done();
};

export const networkCommands: CommandTable = {
  '+CGATT': question((core) => [`+CGATT: ${core.radio.registered ? 1 : 0}`]),
  '+CREG': registration('+CREG'),
  '+CGREG': registration('+CGREG'),
  '+CEREG': registration('+CEREG'),
  '+COPS': (command, core) => {
    const obstacle = cardObstacle(core);
    if (obstacle) return obstacle;
    const home = core.radio.card?.operator;
    if (command.kind === 'test')
      return done(`+COPS: (2,"${home?.name}","${home?.name}","${home?.mccMnc}",7),,(0,3),(0-2)`);
    return command.kind === 'set' ? setOperator(core, command.value) : done(operator(core));
  },
  '+CSQ': question((core) => [`+CSQ: ${signal(core)},99`]),
  '+CESQ': question((core) => [extendedSignal(signal(core))]),
  '+CUSD': ussd,
  '+CIREG': level('+CIREG', [0, 1, 2]),
};
