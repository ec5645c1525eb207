import type { GraphEdge } from '../../api/graph';
import type { NodeSubject } from './operands';
import type { Comparison, Expression, Term } from './parse';

/** Whether the expression finds the node. What nothing is known about is found neither by a condition nor by its negation. */
export function matchesNode<S = NodeSubject>(expression: Expression<S>, subject: S): boolean {
  return evaluate(expression, (term) => nodeTerm(term, subject)) === true;
}

export function matchesEdge(expression: Expression, edge: GraphEdge): boolean {
  return evaluate(expression, (term) => edgeTerm(term, edge)) === true;
}

/** `null` is "not known". A term about the other kind of element is `undefined`, and ends in no match. */
type Truth = boolean | null | undefined;

function evaluate<S>(expression: Expression<S>, term: (term: Term<S>) => Truth): Truth {
  switch (expression.kind) {
    case 'term':
      return term(expression);
    case 'not': {
      const inner = evaluate(expression.inner, term);
      return typeof inner === 'boolean' ? !inner : inner;
    }
    case 'and': {
      const [left, right] = [evaluate(expression.left, term), evaluate(expression.right, term)];
      return left === false || right === false ? false : left === true && right === true ? true : null;
    }
    case 'or': {
      const [left, right] = [evaluate(expression.left, term), evaluate(expression.right, term)];
      if (left === undefined || right === undefined) return left === undefined ? right : left;
      return left || right ? true : left === null || right === null ? null : false;
    }
  }
}

function nodeTerm<S>(term: Term<S>, subject: S): Truth {
  const { operand, comparison, value } = term;
  if (operand.on !== 'node') return undefined;
  switch (operand.type) {
    case 'unary':
      return operand.test(subject);
    case 'number':
      return compareNumber(operand.value(subject), comparison, value);
    case 'string':
      return compareStrings(operand.values(subject), comparison, value);
  }
}

function edgeTerm(term: Term, edge: GraphEdge): Truth {
  const { operand, comparison, value } = term;
  if (operand.on !== 'edge') return undefined;
  switch (operand.type) {
    case 'unary':
      return operand.test(edge);
    case 'number':
      return compareNumber(operand.value(edge), comparison, value);
    case 'string':
      return compareStrings(operand.values(edge), comparison, value);
  }
}

/** Negated comparisons hold when none of the values matches, the others when any does. */
function compareStrings(actual: readonly string[], comparison: Comparison | null, wanted: string): boolean {
  if (comparison === null) return actual.length > 0;
  const negated = comparison.startsWith('!');
  const positive = negated ? comparison.slice(1) : comparison;
  const found = (actual.length === 0 ? [''] : actual).some((value) => compareString(value, positive, wanted));
  return negated ? !found : found;
}

function compareString(actual: string, comparison: string, wanted: string): boolean {
  switch (comparison) {
    case '*=':
      return actual.includes(wanted);
    case '^=':
      return actual.startsWith(wanted);
    case '$=':
      return actual.endsWith(wanted);
    case '>':
      return actual > wanted;
    case '>=':
      return actual >= wanted;
    case '<':
      return actual < wanted;
    case '<=':
      return actual <= wanted;
    default:
      return actual === wanted;
  }
}

/** `= NaN` asks for no activity at all, `!= NaN` for any. */
function compareNumber(actual: number | null, comparison: Comparison | null, value: string): boolean | null {
  if (value.toLowerCase() === 'nan') return comparison === '=' ? actual === null : comparison === '!=' ? actual !== null : null;
  if (actual === null) return null;
  const wanted = Number(value);
  switch (comparison) {
    case '=':
      return actual === wanted;
    case '!=':
      return actual !== wanted;
    case '>':
      return actual > wanted;
    case '>=':
      return actual >= wanted;
    case '<':
      return actual < wanted;
    case '<=':
      return actual <= wanted;
    default:
      return null;
  }
}
