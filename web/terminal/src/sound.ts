// The success signal one can hear and feel. Owns the setting; a device without sound or vibration,
// or one that forbids them, simply stays quiet.

import { keep, recall } from "./memory.ts";

export function soundOn(): boolean {
  return recall<boolean>("sound") ?? true;
}

export function setSound(on: boolean): void {
  keep("sound", on);
}

export function celebrate(): void {
  if (!soundOn()) return;
  try {
    navigator.vibrate?.([40, 60, 80]);
    const audio = new AudioContext();
    tone(audio, 659, 0);
    tone(audio, 988, 0.12);
    setTimeout(() => void audio.close(), 800);
  } catch {
    // No audio here.
  }
}

function tone(audio: AudioContext, hertz: number, after: number): void {
  const start = audio.currentTime + after;
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  oscillator.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.2, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.25);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.3);
}
