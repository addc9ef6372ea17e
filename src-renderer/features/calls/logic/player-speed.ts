import { ref } from 'vue';

/** How fast recordings play. Whoever listens to fifty of them chooses it once. */
export const playerSpeed = ref<number | null>(1);
export const playerSpeeds = [0.75, 1, 1.25, 1.5, 2];
