import { ref, type Ref } from 'vue';

const byUse = ref(false);

/** 「常用」: the order of all panels of this window, until it is closed. */
export const useMostUsed = (): Ref<boolean> => byUse;
