/** The people of a company, as far as a role may see them. */
export { employeeIdsOf } from './company-employees.ts';
export { employeeName, employeesById, findEmployee, lockEmployee, personOf } from './repository.ts';
export { registerEmployees } from './routes.ts';
