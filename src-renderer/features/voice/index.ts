export { default as PhoneSoundCard } from './components/PhoneSoundCard.vue';
export { default as VoiceRoute } from './components/VoiceRoute.vue';
export { EngineClock } from './logic/engine-clock.ts';
export { FrameSender } from './logic/frame-sender.ts';
export { usePhoneCard } from './phone-card-store.ts';
export { playOn } from './play-on.ts';
export { useListeningDevice } from './use-listening-device.ts';
export {
  microphoneProblem,
  openMicrophone,
  openVoiceMicrophone,
  voiceRate,
  type MicrophoneProblem,
  type VoiceMicrophone,
} from './voice-microphone.ts';
