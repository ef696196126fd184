import { InputError } from '../../error.ts';
import type { MatchModule } from '../extension.ts';
import { quote, utf8Bytes } from '../text.ts';

/** A remark for people; it always matches. */
export interface CommentMatch {
  readonly kind: 'comment';
  readonly text: string;
}

/** XT_MAX_COMMENT_LEN of include/uapi/linux/netfilter/xt_comment.h, with its final NUL. */
const COMMENT_BYTES_MAX = 255;

export const comment: MatchModule<'comment', CommentMatch> = {
  name: 'comment',
  options: { '--comment': { values: 1, invertible: false } },

  parse(options, scope) {
    const [option] = options;
    if (option === undefined) {
      throw new InputError(scope.position, 'match "comment" lacks --comment', 'add --comment "TEXT"');
    }
    const text = option.values[0] ?? '';
    if (utf8Bytes(text) > COMMENT_BYTES_MAX) {
      throw new InputError(option.position, `a comment has at most ${COMMENT_BYTES_MAX} bytes`, 'shorten it');
    }
    return { kind: 'comment', text };
  },

  print: (match) => `--comment ${quote(match.text)}`,
  evaluate: () => 'match',
  describe: (match) => `remark: ${match.text}`,
};
