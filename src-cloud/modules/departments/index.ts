/** 部门: in which people work, and whose managers see what its people do. */
export { departmentName, departmentNames, placeOfRules, sightChanged } from './repository.ts';
export { registerDepartments } from './routes.ts';
