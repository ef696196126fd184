import { indexAt } from '../report/draw/beats.ts';
import type { Beat, Side } from '../report/draw/beats.ts';
import { drawStageText } from '../report/draw/way-panel.ts';
import type { Story } from '../report/story/story.ts';

/** Shows what a stage of the picture says; the picture itself stays, and with it whoever stands on it. */
export const openStage = (story: Story | undefined, beats: readonly Beat[], at: number, side: Side, stage: string): void => {
  const index = indexAt(beats, at, side);
  const way = story?.moments.slice(0, index + 1).findLast((moment) => moment.way !== undefined)?.way;
  const told = document.getElementById(`told-${side}`);
  if (way !== undefined && told !== null) told.innerHTML = drawStageText(way, stage);
  markStage(side, stage);
};

export const markStage = (side: string, opened: string | undefined): void => {
  for (const stage of document.querySelectorAll(`#panel-${side} [data-stage]`)) {
    const isOpen = stage.getAttribute('data-stage') === opened;
    stage.classList.toggle('opened', isOpen);
    stage.setAttribute('aria-pressed', String(isOpen));
  }
};
