import { findPhrases } from './find-phrases.mjs'

/** Line comments on consecutive lines are one text: a phrase may run from one to the next. */
const groupsOf = (comments) => {
  const groups = []
  for (const comment of comments) {
    const last = groups.at(-1)?.at(-1)
    const continues =
      last?.type === 'Line' &&
      comment.type === 'Line' &&
      comment.loc.start.line === last.loc.end.line + 1
    if (continues) groups.at(-1).push(comment)
    else groups.push([comment])
  }
  return groups.map((group) => [group[0].range[0], group.at(-1).range[1]])
}

/** Reports phrases of the list in strings (test names too), templates and comments. */
export const plainEnglish = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Plain English in strings and comments' },
    schema: [],
    messages: { phrase: '"{{phrase}}" is not plain English: {{instead}}' },
  },
  create: ({ sourceCode, report }) => {
    const check = ([from, to]) => {
      for (const { index, phrase, instead } of findPhrases(sourceCode.text.slice(from, to))) {
        const start = sourceCode.getLocFromIndex(from + index)
        report({ loc: start, messageId: 'phrase', data: { phrase, instead } })
      }
    }
    return {
      Program: () => groupsOf(sourceCode.getAllComments()).forEach(check),
      Literal: ({ value, range }) => {
        if (typeof value === 'string') check(range)
      },
      TemplateElement: ({ range }) => {
        check(range)
      },
    }
  },
}
