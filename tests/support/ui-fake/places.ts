import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { placeOf, placeWhileTyping, type HeadBook, type NumberPlace } from '#shared/domain/number-place.ts';

/** Any mobile has a place here; the longest names are among them, to see how they fit. */
const somewhere = [
  ['浙江', '杭州', '0571', 1],
  ['江苏', '苏州', '0512', 2],
  ['上海', '上海', '021', 3],
  ['内蒙古', '呼伦贝尔', '0470', 7],
  ['新疆', '克孜勒苏', '0908', 6],
  ['广东', '深圳', '0755', 1],
] as const;
const book: HeadBook = {
  find(head) {
    const [province, city, areaCode, kind] = somewhere[head % somewhere.length] ?? somewhere[0];
    return { province, city, areaCode, kind };
  },
};

export const fakePlace = (number: string): NumberPlace | null => placeOf(number, [book]);

export const placeHandlers = (): Pick<
  Handlers<DeskContract>,
  Extract<keyof Handlers<DeskContract>, `numberPlaces.${string}`>
> => ({
  'numberPlaces.find': ({ numbers }) => ({ places: numbers.map(fakePlace) }),
  'numberPlaces.typed': ({ typed }) => ({ place: placeWhileTyping(typed, [book]) }),
});
