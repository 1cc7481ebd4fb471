// What calls the visitor back: the count in the page's title and, if they asked for it, a sound.

export function showCount(count: number): void {
  const plain = document.title.replace(/^\(\d+\)\s?/, "");
  const wanted = count > 0 ? `(${count}) ${plain}` : plain;
  if (document.title !== wanted) document.title = wanted;
}

/** Two short tones made here: no file to load, nothing a content policy could stop. */
export function chime(): void {
  try {
    const audio = new AudioContext();
    [660, 880].forEach((frequency, n) => {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const at = audio.currentTime + n * 0.12;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.08, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.2);
    });
    setTimeout(() => void audio.close(), 1_000);
  } catch {
    // no sound without the visitor's first click: browsers decide that
  }
}
