import type { PhoneConnection, PortSpec } from '#shared/desk-contract/areas/phone.ts';
import type { SimulatedPhone } from '#simulator/phone/phone.ts';

/** The setting that connects a desk to a simulated phone, by the paths of its serial ports. */
export function connectionTo(
  { shape }: Pick<SimulatedPhone, 'shape'>,
  paths: readonly { readonly at: string; readonly pcm: string }[],
): PhoneConnection {
  const modems = paths.map(({ at, pcm }) => ({ at: serialPort(at), pcm: serialPort(pcm) }));
  const [modem] = modems;
  if (!modem) throw new Error('the simulated phone has no modem');
  return shape === 'modemPerSim' ? { kind: 'modem-per-sim', modems } : { kind: shape, modem };
}

const serialPort = (path: string): PortSpec => ({ kind: 'serial', path, baudRate: 115_200 });
