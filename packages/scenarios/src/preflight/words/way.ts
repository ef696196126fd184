import { dispositionSentence } from '@nodelocal/netfilter-sim';
import type { Passage, RulePlace, Way, WayEvent } from '../way/passage.ts';

/** @param own what rules of the cache are called: they are new where it is to come */
export const ruleWords = ({ place, isNew }: RulePlace, own = 'new'): string => `${place}${isNew ? ` (${own})` : ''}`;

/** A packet's ways in one line: what decided, then where it came to. */
export const passageWords = (passage: Passage, device: string, own?: string): string => {
  const ways = passage.ways.map((way) => wayWords(way, device, own));
  return `${ways.join('; or ')}${passage.tooMany ? '; and more ways than were looked at' : ''}`;
};

const wayWords = (way: Way, device: string, own: string | undefined): string => {
  const events = way.events.map((event) => eventWords(event, way, own));
  return [...events, `${endWords(way, device)}${hangs(way)}`].join(', ');
};

const hangs = ({ hangsOn }: Way): string => (hangsOn.length === 0 ? '' : ` (hangs on ${hangsOn.join(', ')}, which nobody told)`);

const eventWords = (event: WayEvent, way: Way, own: string | undefined): string => {
  switch (event.kind) {
    case 'untracked':
      return `not tracked by ${ruleWords(event.rule, own)}`;
    case 'translated': {
      const where = event.side === 'destination' ? `translated to ${way.to.join(' or ')}` : `its source translated to ${way.from}`;
      return event.rule === undefined ? `${where} with its connection` : `${where} by ${ruleWords(event.rule, own)}`;
    }
    case 'accepted':
      return `accepted by ${ruleWords(event.rule, own)}`;
    case 'let-pass':
      return `let pass by ${ruleWords(event.rule, own)}`;
    case 'entry':
      return 'an entry in conntrack';
  }
};

/** Where it came to, in words that continue "it is …". */
export const endWords = ({ end, to, devices, droppedBy }: Way, device: string): string => {
  switch (end.kind) {
    case 'delivered':
      return end.socket === 'closed' ? 'delivered to this node, where nobody listens' : device === '' ? 'delivered' : `delivered to ${device}`;
    case 'forwarded':
    case 'sent':
      return `${end.kind} by ${devices.join(' or ')} to ${to.join(' or ')}`;
    case 'held':
      return `held in queue ${end.queue} for a program`;
    case 'dropped':
    case 'not-modelled':
      return `${dispositionSentence(end)}${droppedBy === undefined || droppedBy.place.startsWith('the policy') ? '' : `: ${droppedBy.text}`}`;
  }
};
