import { utf8Bytes } from '../../shared/text.ts';
import type { MatchModule } from '../extension/extension.ts';
import { refuse, requireOption, valueOf } from '../extension/option-values.ts';
import { quote } from '../extension/quote.ts';

/** A remark for people; it always matches. */
export interface CommentMatch {
  readonly kind: 'comment';
  readonly text: string;
}

/** XT_MAX_COMMENT_LEN of include/uapi/linux/netfilter/xt_comment.h, with its final NUL. */
const COMMENT_BYTES_MAX = 255;

export const comment: MatchModule<'comment', CommentMatch> = {
  name: 'comment',
  steady: 'always',
  options: { '--comment': { values: 1, invertible: false } },

  parse(options, scope) {
    const option = requireOption(options, '--comment', scope, '"TEXT"');
    const text = valueOf(option);
    if (utf8Bytes(text) > COMMENT_BYTES_MAX) refuse(option, `at most ${COMMENT_BYTES_MAX} bytes`);
    return { kind: 'comment', text };
  },

  print: (match) => `--comment ${quote(match.text)}`,
  evaluate: () => 'match',
  describe: (match) => `remark: ${match.text}`,
};
