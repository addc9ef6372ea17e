import { coverages, simCard } from './sim-card.ts';
import { faultTable } from './faults.ts';
import type { SimulatedPhone } from './phone.ts';

const slotOf = (text: string | undefined): number => {
  if (!/^[1-5]$/.test(text ?? '')) throw new Error(`slots are 1 to 5, not "${text ?? ''}"`);
  return Number(text);
};

interface Order {
  readonly usage: string;
  run(phone: SimulatedPhone, words: readonly string[]): string;
}

let cardsMade = 0;

const orders: Readonly<Record<string, Order>> = {
  fault: {
    usage: 'fault NAME [VALUE] · fault off NAME · fault (what is on)',
    run(phone, [first, ...rest]) {
      if (first === 'off') for (const name of rest) phone.faults.offByText(name);
      else if (first !== undefined) phone.faults.setByText([first, ...rest].join(' '));
      return `faults: ${phone.faults.active.join(', ') || 'none'}`;
    },
  },
  incoming: {
    usage: 'incoming SLOT NUMBER ("-" = withheld)',
    run(phone, [slot, number = '']) {
      const call = phone.incomingCall(slotOf(slot), number === '-' ? '' : number);
      return call ? 'ringing' : 'that slot cannot be reached';
    },
  },
  hangup: {
    usage: 'hangup: the other side ends every call',
    run(phone) {
      return `${phone.endCalls()} ended`;
    },
  },
  pull: {
    usage: 'pull SLOT',
    run(phone, [slot]) {
      phone.pullSim(slotOf(slot));
      return 'card is out';
    },
  },
  insert: {
    usage: 'insert SLOT: another card than before',
    run(phone, [slot]) {
      cardsMade += 1;
      const card = simCard('unicom', 900 + cardsMade);
      phone.insertSim(slotOf(slot), card);
      return `card ${card.iccid} is in`;
    },
  },
  lock: {
    usage: 'lock SLOT [PIN]',
    run(phone, [slot, pin = '1234']) {
      phone.lockSim(slotOf(slot), pin);
      return `asks for ${pin}`;
    },
  },
  block: {
    usage: 'block SLOT: PIN tries are spent, PUK is asked for',
    run(phone, [slot]) {
      phone.blockSim(slotOf(slot));
      return 'asks for its PUK';
    },
  },
  coverage: {
    usage: `coverage SLOT ${coverages.join('|')}`,
    run(phone, [slot, word]) {
      const coverage = coverages.find((one) => one === word);
      if (!coverage) throw new Error(`coverage is ${coverages.join(', ')}`);
      phone.setCoverage(slotOf(slot), coverage);
      return coverage;
    },
  },
  signal: {
    usage: 'signal SLOT 0-31|99',
    run(phone, [slot, value]) {
      const signal = Number(value);
      if (!Number.isInteger(signal) || !((signal >= 0 && signal <= 31) || signal === 99))
        throw new Error('signal is 0 to 31, or 99');
      phone.setSignal(slotOf(slot), signal);
      return `signal ${signal}`;
    },
  },
  reboot: {
    usage: 'reboot SLOT',
    run(phone, [slot]) {
      phone.reboot(slotOf(slot));
      return 'restarting';
    },
  },
  unplug: {
    usage: 'unplug',
    run(phone) {
      phone.unplug();
      return 'unplugged; calls go on';
    },
  },
  plug: {
    usage: 'plug',
    run(phone) {
      phone.plug();
      return 'plugged in';
    },
  },
  help: {
    usage: 'help',
    run: () =>
      [
        ...Object.values(orders).map(({ usage }) => `  ${usage}`),
        'faults:',
        ...Object.entries(faultTable).map(([name, { cases, value, does }]) => {
          const standard = value ? ` (${value.means}, ${value.standard})` : '';
          return `  ${name.padEnd(17)} ${`[${cases}]`.padEnd(8)} ${does}${standard}`;
        }),
      ].join('\n'),
  },
};

/** One line typed at the simulator. @returns what to print; never throws */
export function obey(phone: SimulatedPhone, line: string): string {
  const [name = '', ...words] = line.trim().split(/\s+/);
  if (name === '') return '';
  const order = Object.hasOwn(orders, name) ? orders[name] : undefined;
  if (!order) return `? ${name}: try help`;
  try {
    return order.run(phone, words);
  } catch (error) {
    return `? ${error instanceof Error ? error.message : String(error)}`;
  }
}
