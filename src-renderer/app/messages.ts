export type Locale = 'zh-CN' | 'en';

/** A tree of texts; keys with dots (error codes) are branches. */
export interface MessageTree {
  [key: string]: string | MessageTree;
}

const shared = import.meta.glob<MessageTree>('../locales/*/*.json', { eager: true, import: 'default' });
const ofFeatures = import.meta.glob<MessageTree>('../features/*/locales/*.json', { eager: true, import: 'default' });

/**
 * Texts by language and area. Shared areas live in `locales/<language>/<area>.json`, a feature's own in
 * `features/<name>/locales/<language>.json` under its name.
 */
export function gatherMessages(): Record<Locale, MessageTree> {
  const all: Record<Locale, MessageTree> = { 'zh-CN': {}, en: {} };
  for (const [path, tree] of Object.entries(shared)) {
    const found = /locales\/([^/]+)\/([^/]+)\.json$/.exec(path);
    if (found?.[1] && found[2]) addArea(all, found[1], found[2], tree);
  }
  for (const [path, tree] of Object.entries(ofFeatures)) {
    const found = /features\/([^/]+)\/locales\/([^/]+)\.json$/.exec(path);
    if (found?.[1] && found[2]) addArea(all, found[2], found[1], tree);
  }
  return all;
}

function addArea(all: Record<Locale, MessageTree>, locale: string, area: string, tree: MessageTree): void {
  if (locale !== 'zh-CN' && locale !== 'en') throw new Error(`no such language: ${locale}`);
  if (all[locale][area]) throw new Error(`texts of ${area} exist twice in ${locale}`);
  all[locale][area] = unfold(tree);
}

/** `{ "cloud.refused": { what } }` becomes `{ cloud: { refused: { what } } }`. */
export function unfold(tree: MessageTree): MessageTree {
  const out: MessageTree = {};
  for (const [key, value] of Object.entries(tree)) {
    const steps = key.split('.');
    const last = steps.pop() ?? key;
    let branch = out;
    for (const step of steps) {
      const next = branch[step];
      const made: MessageTree = typeof next === 'object' ? next : {};
      branch[step] = made;
      branch = made;
    }
    branch[last] = typeof value === 'string' ? value : unfold(value);
  }
  return out;
}
