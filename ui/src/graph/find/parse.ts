import { nodeKinds, operandOf, type EdgeOperand, type NodeOperand, type NodeSubject, type Operand, type OperandLookup, type Requirement } from './operands';

export type Comparison = '=' | '!=' | '>' | '>=' | '<' | '<=' | '*=' | '!*=' | '^=' | '!^=' | '$=' | '!$=';

type TermOf<O> = O extends Operand<infer _>
  ? { readonly kind: 'term'; readonly operand: O; readonly comparison: Comparison | null; readonly value: string }
  : never;
export type Term<S = NodeSubject> = TermOf<NodeOperand<S>> | TermOf<EdgeOperand>;

export type Expression<S = NodeSubject> =
  | Term<S>
  | { readonly kind: 'not'; readonly inner: Expression<S> }
  | { readonly kind: 'and' | 'or'; readonly left: Expression<S>; readonly right: Expression<S> };

/** Which elements an expression can match. `both` only arises from `or` at the top. */
export type Target = 'node' | 'edge' | 'both';

/** The reason why an expression is refused, with the place in its text. */
export class FindSyntaxError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
    this.name = 'FindSyntaxError';
  }
}

/**
 * Parses Kiali's find and hide language, with parentheses and quotes beside:
 *
 *     or    := and { "or" and }          and  := unary { "and" unary }
 *     unary := ("!" | "not") unary | "(" or ")" | term
 *     term  := ["is" | "has"] operand [ ["not"] comparison value ]
 */
export function parseFind(text: string): Expression;
export function parseFind<S>(text: string, operands: OperandLookup<S>): Expression<S>;
export function parseFind(text: string, operands: OperandLookup = operandOf): Expression {
  const parser = new Parser(text, operands);
  const expression = parser.or();
  parser.end();
  targetOf(expression);
  return expression;
}

/** What the expressions need from the server; nothing for those that are empty or refused. */
export function findRequirements(...texts: readonly string[]): ReadonlySet<Requirement> {
  const wanted = new Set<Requirement>();
  const visit = (expression: Expression): void => {
    if (expression.kind === 'term') {
      if (expression.operand.needs) wanted.add(expression.operand.needs);
    } else if (expression.kind === 'not') visit(expression.inner);
    else {
      visit(expression.left);
      visit(expression.right);
    }
  };
  for (const text of texts) {
    if (text.trim() === '') continue;
    try {
      visit(parseFind(text));
    } catch (error) {
      if (!(error instanceof FindSyntaxError)) throw error;
    }
  }
  return wanted;
}

export function targetOf<S>(expression: Expression<S>): Target {
  switch (expression.kind) {
    case 'term':
      return expression.operand.on;
    case 'not': {
      const inner = targetOf(expression.inner);
      if (inner === 'both') throw new FindSyntaxError('Can not negate node and edge criteria together', 0);
      return inner;
    }
    case 'and': {
      const left = targetOf(expression.left);
      if (left === 'both' || left !== targetOf(expression.right)) throw new FindSyntaxError('Can not AND node and edge criteria', 0);
      return left;
    }
    case 'or': {
      const left = targetOf(expression.left);
      return left === targetOf(expression.right) ? left : 'both';
    }
  }
}

const comparisons: readonly Comparison[] = ['!*=', '!^=', '!$=', '!=', '*=', '^=', '$=', '>=', '<=', '=', '>', '<'];
const wordComparisons: Readonly<Record<string, Comparison>> = { contains: '*=', startswith: '^=', endswith: '$=' };
const negations: Readonly<Record<string, Comparison>> = { '*=': '!*=', '^=': '!^=', '$=': '!$=' };
const numericComparisons = new Set<Comparison>(['=', '!=', '>', '>=', '<', '<=']);

class Parser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly operands: OperandLookup,
  ) {}

  or(): Expression {
    let left = this.and();
    while (this.keyword('or')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) throw this.error(`Unexpected "${this.text.slice(this.at, this.at + 12)}"`);
  }

  private and(): Expression {
    let left = this.unary();
    while (this.keyword('and')) left = { kind: 'and', left, right: this.unary() };
    return left;
  }

  private unary(): Expression {
    this.space();
    if (this.symbol('!') || this.keyword('not')) return { kind: 'not', inner: this.unary() };
    if (!this.symbol('(')) return this.term();
    const inner = this.or();
    this.space();
    if (!this.symbol(')')) throw this.error('Missing ")"');
    return inner;
  }

  private term(): Expression {
    const prefixed = this.keyword('is') || this.keyword('has');
    this.space();
    const start = this.at;
    // Written in two words in older versions of the language.
    const name = this.match(/response\s+time(?=[\s=<>!])|[^\s()=<>!*^$"']+/iy);
    if (name === null) throw this.error('Expected an operand');
    const operand = this.operands(name.replace(/\s+/, ''));
    if (operand === null) throw new FindSyntaxError(`Invalid operand [${name}]`, start);
    const comparison = this.comparison();
    if (comparison === null) return this.unaryTerm(operand, name, start);
    if (prefixed || operand.type === 'unary') throw new FindSyntaxError(`[${name}] takes no comparison`, start);
    return this.comparedTerm(operand, comparison);
  }

  private unaryTerm(operand: Operand, name: string, start: number): Term {
    if (operand.type === 'unary' || operand.name.startsWith('label:')) {
      return { kind: 'term', operand, comparison: null, value: '' } as Term;
    }
    throw new FindSyntaxError(`No valid operator found in expression, [${name}] needs one`, start);
  }

  private comparedTerm(operand: Operand, comparison: Comparison): Term {
    this.space();
    const start = this.at;
    const value = this.value();
    if (operand.type === 'number') checkNumber(operand, comparison, value, start);
    if (operand.name === 'node' && (comparison === '=' || comparison === '!=') && !nodeKinds.some((kind) => kind === value.toLowerCase())) {
      throw new FindSyntaxError(`Invalid node type [${value}]. Expected ${nodeKinds.join(' | ')}`, start);
    }
    return { kind: 'term', operand, comparison, value } as Term;
  }

  private comparison(): Comparison | null {
    this.space();
    const symbol = comparisons.find((item) => this.symbol(item));
    if (symbol) return symbol;
    const saved = this.at;
    const negated = this.keyword('not');
    for (const [word, comparison] of Object.entries(wordComparisons)) {
      if (this.keyword(word)) return negated ? (negations[comparison] ?? comparison) : comparison;
    }
    this.at = saved;
    return null;
  }

  /** A quoted string, or words up to `and`, `or`, a parenthesis or the end. */
  private value(): string {
    const quoted = this.match(/"[^"]*"|'[^']*'/y);
    if (quoted !== null) return quoted.slice(1, -1);
    const words: string[] = [];
    for (;;) {
      this.space();
      if (words.length > 0 && /(?:and|or)(?=[\s(]|$)/iy.test(this.rest())) break;
      const word = this.match(/[^\s()"']+/y);
      if (word === null) break;
      words.push(word);
    }
    if (words.length === 0) throw this.error('Expected a value');
    return words.join(' ');
  }

  private keyword(word: string): boolean {
    this.space();
    return this.match(new RegExp(`${word}(?![^\\s()!"'=<>*^$])`, 'iy')) !== null;
  }

  private symbol(symbol: string): boolean {
    if (!this.text.startsWith(symbol, this.at)) return false;
    this.at += symbol.length;
    return true;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  private rest(): string {
    return this.text.slice(this.at);
  }

  private space(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
  }

  private error(message: string): FindSyntaxError {
    return new FindSyntaxError(message, this.at);
  }
}

function checkNumber(operand: Operand, comparison: Comparison, value: string, at: number): void {
  if (!numericComparisons.has(comparison)) throw new FindSyntaxError(`Invalid operator [${comparison}] for numeric condition`, at);
  if (value.toLowerCase() === 'nan') return;
  const number = Number(value);
  if (!Number.isFinite(number)) throw new FindSyntaxError(`Invalid value [${value}]. Expected a number`, at);
  if (operand.name === 'rank' && (number < 1 || number > 100)) {
    throw new FindSyntaxError(`Invalid rank range [${value}]. Expected a number between 1 and 100`, at);
  }
}
