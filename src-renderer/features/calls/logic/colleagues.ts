/** Somebody whose calls one may see. `department`: '' = works in none, null = nobody has said. */
export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly department: string | null;
}

/** Departments by name, in the order of their pinyin; '' at the end where somebody works in none. */
export function departmentsOf(colleagues: readonly Colleague[]): string[] {
  const names = new Set(colleagues.flatMap(({ department }) => department ?? []));
  const inOrder = new Intl.Collator('zh-CN-u-co-pinyin').compare;
  return [...names].sort((a, b) => Number(a === '') - Number(b === '') || inOrder(a, b));
}
