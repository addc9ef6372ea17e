/** 数据维护: 无效列表 and 黑名单表, what bars numbers here, what was asked for, and its review. */
export { default as NumbersPage } from './NumbersPage.vue';
