import { shallowRef, type Ref } from 'vue';
import type { CompanyDepartment } from '#shared/desk-contract/areas/company.ts';
import { useCommand, type Failure } from '#renderer/app/desk.ts';

export interface Departments {
  /** Null until the first answer. */
  readonly rows: Readonly<Ref<readonly CompanyDepartment[] | null>>;
  readonly failure: Readonly<Ref<Failure | null>>;
  load(): Promise<void>;
}

/** The departments of the company, asked of the cloud; what was there stays while they are asked for again. */
export function useDepartments(): Departments {
  const rows = shallowRef<readonly CompanyDepartment[] | null>(null);
  const { run, failure } = useCommand('company.departments');
  return {
    rows,
    failure,
    async load() {
      const result = await run({});
      if (result.ok) rows.value = result.value.departments;
    },
  };
}
