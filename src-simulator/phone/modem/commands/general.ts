import { done, failed, level, question, type CommandTable, type Handler } from '../answer.ts';
import { factorySettings } from '../settings.ts';

const onOff =
  (key: 'echo' | 'verbose' | 'quiet'): Handler =>
  (command, core) => {
    if (!['', '0', '1'].includes(command.value)) return failed('ERROR');
    core.settings[key] = command.value === '1';
    return done();
  };

const identity = (field: 'maker' | 'model' | 'revision'): Handler =>
  question((core) => [core.world.options.identity[field]]);

const reset: Handler = (_command, core) => {
  core.settings = factorySettings(core.world.options);
  return done();
};

/** S-registers (V.250 §6.2.1): kept and given back; only S0 (automatic answer) does something. */
const register =
  (number: number): Handler =>
  (command, core) => {
    const { registers } = core.settings;
    if (command.kind === 'read') return done(String(registers.get(number) ?? 0).padStart(3, '0'));
    if (command.kind === 'test') return done(`S${number}: (0-255)`);
    const value = Number(command.value);
    if (value > 255) return failed('ERROR');
    if (command.kind === 'set') registers.set(number, value);
    return done();
  };

const registers = Object.fromEntries([0, 3, 4, 5, 6, 7, 8, 10].map((number) => [`S${number}`, register(number)]));

const charsets = ['GSM', 'IRA', 'UCS2'] as const;

/** V.250 and the general part of TS 27.007 §5. */
export const generalCommands: CommandTable = {
  ...registers,
  E: onOff('echo'),
  V: onOff('verbose'),
  Q: onOff('quiet'),
  X: (command, core) => {
    const value = Number(command.value);
    if (value > 4) return failed('ERROR');
    core.settings.progress = value;
    return done();
  },
  Z: reset,
  '&F': reset,
  '&W': () => done(),
  '&C': (command, core) => setLevel(core.settings.levels, '&C', command.value, 1),
  '&D': (command, core) => setLevel(core.settings.levels, '&D', command.value, 2),
  L: () => done(),
  M: () => done(),
  I: (_command, core) =>
    done(
      core.world.options.identity.maker,
      core.world.options.identity.model,
      `Revision: ${core.world.options.identity.revision}`,
    ),
  '+GMI': identity('maker'),
  '+GMM': identity('model'),
  '+GMR': identity('revision'),
  '+CGMI': identity('maker'),
  '+CGMM': identity('model'),
  '+CGMR': identity('revision'),
  '+CGSN': question((core) => [core.world.imei]),
  '+GSN': question((core) => [core.world.imei]),
  '+GCAP': question(() => ['+GCAP: +CGSM,+FCLASS']),
  '+CMEE': level('+CMEE', [0, 1, 2]),
  '+IPR': level('+IPR', [0, 9600, 57_600, 115_200, 460_800, 921_600]),
  '+CSCS': (command, core) => {
    if (command.kind === 'test') return done('+CSCS: ("GSM","IRA","UCS2")');
    if (command.kind === 'read') return done(`+CSCS: "${core.settings.charset}"`);
    const wanted = charsets.find((charset) => charset === command.value.replaceAll('"', '').toUpperCase());
    if (!wanted) return failed('ERROR');
    core.settings.charset = wanted;
    return done();
  },
  '+CFUN': (command, core) => {
    if (command.kind === 'test') return done('+CFUN: (0,1,4),(0,1)');
    if (command.kind === 'read') return done(`+CFUN: ${core.radio.functionality}`);
    const [functionality, restart] = command.value.split(',').map(Number);
    if (functionality !== 0 && functionality !== 1 && functionality !== 4) return failed('ERROR');
    if (functionality === 1 && restart === 1) {
      core.world.clock.after(100, () => core.restart());
      return done();
    }
    for (const radio of core.radios) radio.setFunctionality(functionality);
    return done();
  },
  '+CBC': question(() => ['+CBC: 0,100,4100']),
  '+CPAS': question((core) => {
    const ringing = core.calls.ringing !== null;
    return [`+CPAS: ${ringing ? 3 : core.calls.all.length > 0 ? 4 : 0}`];
  }),
};

function setLevel(levels: Map<string, number>, name: string, value: string, most: number): ReturnType<typeof done> {
  if (Number(value) > most) return failed('ERROR');
  levels.set(name, Number(value));
  return done();
}
