import { hasRight, type CompanyRight } from '#shared/domain/company-rights.ts';
import { useSession } from '#renderer/features/session/index.ts';

/** May the person who is signed in …? For what a page offers; the cloud has the last word. */
export function useCompanyRights(): (right: CompanyRight) => boolean {
  const session = useSession();
  return (right) => {
    const employee = session.state?.employee;
    return Boolean(employee && hasRight(employee.role, right));
  };
}
