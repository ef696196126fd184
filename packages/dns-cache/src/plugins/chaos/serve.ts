import { characterString } from '../../message/character-string.ts';
import { foldedText } from '../../message/name.ts';
import { CLASS, TYPE } from '../../message/numbers.ts';
import type { Handler } from '../../plugin/handler.ts';
import { ownReply } from '../../plugin/own-reply.ts';
import { shuffle } from '../../plugin/shuffle.ts';
import type { Site } from '../../plugin/site.ts';
import type { ChaosValue } from './setup.ts';

/** What a name of class CH says; `undefined` where it is none of ours. */
const textsOf = (name: string, value: ChaosValue): readonly string[] | undefined => {
  switch (foldedText(name)) {
    case 'version.bind.':
    case 'version.server.':
      return [value.version];
    case 'authors.bind.':
      return value.authors;
    case 'hostname.bind.':
    case 'id.server.':
      return [value.hostname];
    default:
      return undefined;
  }
};

/** Tells those who ask in class CH who serves here (CoreDNS plugin/chaos/chaos.go). */
export const serve =
  (value: ChaosValue, { runtime }: Site, next: Handler): Handler =>
  (request, answer) => {
    const { name, type, class: klass } = request.query.question;
    const texts = klass === CLASS.CH && type === TYPE.TXT ? textsOf(request.name, value) : undefined;
    if (texts === undefined) {
      next(request, answer);
      return;
    }
    const records = shuffle(texts, () => runtime.random()).map((text) => {
      const rdata = characterString(text);
      return { section: 'answer', name, type: TYPE.TXT, class: CLASS.CH, ttl: 0, rdata } as const;
    });
    answer(ownReply('chaos', request, { authoritative: false, records }));
  };
