using System.Runtime.CompilerServices;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>Parses an expression by CEL's grammar; macros become nodes of their own. Throws <see cref="CelCompileException"/> for anything else.</summary>
internal sealed class CelParser
{
    private const int LongestText = 100_000;
    private const int MostTokens = 20_000;
    private const string Operand = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

    private static readonly string[][] Levels = [["<", "<=", ">=", ">", "==", "!=", "in"], ["+", "-"], ["*", "/", "%"]];

    private readonly List<CelToken> _tokens;
    private int _at;

    private CelParser(List<CelToken> tokens) => _tokens = tokens;

    private CelToken Current => _tokens[_at];

    public static CelExpression Parse(string text)
    {
        if (text.Length > LongestText) throw new CelCompileException($"expression code point size exceeds limit: size: {text.Length}, limit {LongestText}", 0);
        var tokens = new CelLexer(text).Tokens();
        if (tokens.Count > MostTokens) throw new CelCompileException("expression recursion limit exceeded", 0);
        var parser = new CelParser(tokens);
        try
        {
            var expression = parser.Ternary();
            if (parser.Current.Kind != CelTokenKind.End) throw parser.Unexpected("extraneous input", "<EOF>");
            return expression;
        }
        catch (InsufficientExecutionStackException)
        {
            throw new CelCompileException("expression recursion limit exceeded: 250", 0);
        }
    }

    private CelExpression Ternary()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var condition = Logical(and: false);
        var position = Current.Position;
        if (!Take("?")) return condition;
        var whenTrue = Logical(and: false);
        Expect(":");
        return new CelConditional(condition, whenTrue, Ternary(), position);
    }

    private CelExpression Logical(bool and)
    {
        var left = and ? Binary(0) : Logical(and: true);
        var position = Current.Position;
        while (Take(and ? "&&" : "||"))
        {
            left = new CelLogical(and, left, and ? Binary(0) : Logical(and: true), position);
            position = Current.Position;
        }

        return left;
    }

    private CelExpression Binary(int level)
    {
        if (level == Levels.Length) return Unary();
        var left = Binary(level + 1);
        while (Current.Kind == CelTokenKind.Symbol && Levels[level].Contains(Current.Text))
        {
            var symbol = Current;
            _at++;
            left = new CelCall(symbol.Text == "in" ? "@in" : $"_{symbol.Text}_", null, [left, Binary(level + 1)], symbol.Position);
        }

        return left;
    }

    private CelExpression Unary()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var symbol = Current;
        if (Take("!")) return new CelCall("!_", null, [Unary()], symbol.Position);
        if (!Take("-")) return Member();
        return Current is { Kind: CelTokenKind.Literal, Value: long.MinValue } smallest && ++_at > 0 ? new CelLiteral(smallest.Value, symbol.Position) : Negated(symbol.Position, Unary());
    }

    private static CelExpression Negated(int position, CelExpression operand) => operand switch
    {
        CelLiteral { Value: long whole and not long.MinValue } => new CelLiteral(-whole, position),
        CelLiteral { Value: double real } => new CelLiteral(-real, position),
        _ => new CelCall("-_", null, [operand], position),
    };

    private CelExpression Member()
    {
        var operand = Primary();
        while (true)
        {
            var position = Current.Position;
            if (Take("."))
            {
                operand = Selected(operand, position);
            }
            else if (Take("["))
            {
                var optional = Take("?");
                var index = Ternary();
                Expect("]");
                operand = new CelIndex(operand, index, optional, position);
            }
            else
            {
                return operand;
            }
        }
    }

    private CelExpression Selected(CelExpression operand, int position)
    {
        var optional = Take("?");
        if (Current.Kind != CelTokenKind.Identifier) throw Unexpected("no viable alternative at input", "IDENTIFIER");
        var name = Current;
        _at++;
        var open = Current.Position;
        if (optional || !Take("(")) return new CelSelect(operand, name.Text, false, optional, position);
        var arguments = Arguments(")");
        return CelMacros.Expand(operand, name.Text, arguments, open) ?? new CelCall(name.Text, operand, arguments, open);
    }

    private CelExpression Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case CelTokenKind.Literal:
                _at++;
                return token.Value is long.MinValue ? throw new CelCompileException("invalid int literal", token.Position) : new CelLiteral(token.Value, token.Position);
            case CelTokenKind.Identifier:
                _at++;
                return Named(token);
            case CelTokenKind.Symbol when Take("."):
                return Primary();
            case CelTokenKind.Symbol when Take("("):
                var inner = Ternary();
                Expect(")");
                return inner;
            case CelTokenKind.Symbol when Take("["):
                return new CelListLiteral(Arguments("]"), token.Position);
            case CelTokenKind.Symbol when Take("{"):
                return Map(token.Position);
            default:
                throw Unexpected("mismatched input", Operand);
        }
    }

    private CelExpression Named(CelToken name)
    {
        var open = Current.Position;
        if (!Take("(")) return new CelIdentifier(name.Text, name.Position);
        var arguments = Arguments(")");
        if (name.Text != "has") return new CelCall(name.Text, null, arguments, open);
        return arguments is [CelSelect select] ? select with { Test = true } : throw new CelCompileException("invalid argument to has() macro", open);
    }

    private CelMapLiteral Map(int position)
    {
        var entries = new List<(CelExpression, CelExpression)>();
        while (!Take("}"))
        {
            var key = Ternary();
            Expect(":");
            entries.Add((key, Ternary()));
            if (Take(",")) continue;
            Expect("}");
            break;
        }

        return new CelMapLiteral(entries, position);
    }

    private List<CelExpression> Arguments(string end)
    {
        var arguments = new List<CelExpression>();
        while (!Take(end))
        {
            arguments.Add(Ternary());
            if (Take(",")) continue;
            Expect(end);
            break;
        }

        return arguments;
    }

    private bool Take(string symbol)
    {
        if (Current.Kind != CelTokenKind.Symbol || Current.Text != symbol) return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol)) throw Unexpected("mismatched input", $"'{symbol}'");
    }

    private CelCompileException Unexpected(string what, string expected) => new($"Syntax error: {what} '{Current.Text}' expecting {expected}", Current.Position);
}
