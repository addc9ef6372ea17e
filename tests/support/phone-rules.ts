import type { PhoneRules } from '#engine/devices/index.ts';

/** The rules of a desk that remembers nothing from before. */
export function freshPhoneRules(): PhoneRules & { readonly spent: { device: string; at: number }[]; roaming: boolean } {
  const spent: { device: string; at: number }[] = [];
  return {
    spent,
    roaming: false,
    switches: (device) => spent.filter((one) => one.device === device).map(({ at }) => at),
    noteSwitch: (device, at) => void spent.push({ device, at }),
    roamingAllowed() {
      return this.roaming;
    },
  };
}
