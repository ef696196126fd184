/** The element around an event's target that fits; what is no element has none. */
export const closest = (target: EventTarget | null | undefined, selector: string): Element | undefined =>
  target instanceof Element ? (target.closest(selector) ?? undefined) : undefined;
