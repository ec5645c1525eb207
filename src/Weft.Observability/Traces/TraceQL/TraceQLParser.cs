using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Weft.Observability.Traces.TraceQL;

/// <summary>
/// Reads the part of TraceQL that Grafana's search builder and Kiali send: span filters with all comparisons, relations between span sets,
/// aggregates and <c>select</c>. Metrics, arithmetic and <c>by</c> are refused by name.
/// </summary>
internal sealed class TraceQLParser
{
    private const int MaxLength = 32 * 1024;
    private const int MaxDepth = 100;

    private static readonly Dictionary<string, SpansetOperator> SpansetOperators = new()
    {
        ["&&"] = SpansetOperator.And,
        ["||"] = SpansetOperator.Or,
        [">"] = SpansetOperator.Child,
        [">>"] = SpansetOperator.Descendant,
        ["<"] = SpansetOperator.Parent,
        ["<<"] = SpansetOperator.Ancestor,
        ["~"] = SpansetOperator.Sibling,
    };

    private static readonly Dictionary<string, ComparisonOperator> Comparisons = new()
    {
        ["="] = ComparisonOperator.Equal,
        ["!="] = ComparisonOperator.NotEqual,
        ["<"] = ComparisonOperator.Less,
        ["<="] = ComparisonOperator.LessOrEqual,
        [">"] = ComparisonOperator.Greater,
        [">="] = ComparisonOperator.GreaterOrEqual,
        ["=~"] = ComparisonOperator.Match,
        ["!~"] = ComparisonOperator.NotMatch,
    };

    private readonly List<TraceQLToken> _tokens;
    private int _next;
    private int _depth;

    private TraceQLParser(List<TraceQLToken> tokens) => _tokens = tokens;

    private TraceQLToken Current => _tokens[_next];

    public static TraceQLQuery Parse(string text)
    {
        if (text.Length > MaxLength)
            throw new TraceQLException(0, $"the query exceeds {MaxLength} characters");
        var parser = new TraceQLParser(new TraceQLLexer(text).Read());
        var spans = parser.Spanset();
        var stages = ImmutableArray.CreateBuilder<Stage>();
        while (parser.Take("|"))
            stages.Add(parser.Stage());
        if (parser.Current.Type != TraceQLTokenType.End)
            throw parser.Unexpected();
        return new TraceQLQuery(spans, stages.DrainToImmutable());
    }

    private SpansetExpression Spanset()
    {
        var left = SpansetTerm();
        while (Current.Type == TraceQLTokenType.Symbol && SpansetOperators.TryGetValue(Current.Text, out var relation))
        {
            _next++;
            left = new SpansetOperation(relation, left, SpansetTerm());
        }

        return left;
    }

    private SpansetExpression SpansetTerm()
    {
        using var nested = Nested();
        if (Take("("))
        {
            var inner = Spanset();
            Expect(")");
            return inner;
        }

        Expect("{");
        if (Take("}"))
            return new SpanFilter(null);
        var condition = Or();
        Expect("}");
        return new SpanFilter(condition is Comparison { Left: LiteralOperand, Right: LiteralOperand } ? throw Unexpected() : condition);
    }

    private FieldExpression Or()
    {
        var left = And();
        while (Take("||"))
            left = new OrExpression(left, And());
        return left;
    }

    private FieldExpression And()
    {
        var left = Condition();
        while (Take("&&"))
            left = new AndExpression(left, Condition());
        return left;
    }

    private FieldExpression Condition()
    {
        using var nested = Nested();
        if (Take("!"))
            return new NotExpression(Condition());
        if (Take("("))
        {
            var inner = Or();
            Expect(")");
            return inner;
        }

        var left = Operand();
        if (Current.Type != TraceQLTokenType.Symbol || !Comparisons.TryGetValue(Current.Text, out var comparison))
            return new TruthExpression(left);
        _next++;
        var at = Current.Position;
        var right = Operand();
        if (comparison is ComparisonOperator.Match or ComparisonOperator.NotMatch)
            RequirePattern(right, at);
        return new Comparison(left, comparison, right);
    }

    private static void RequirePattern(Operand operand, int position)
    {
        if (operand is not LiteralOperand { Value: { Type: TraceQLType.Text } pattern })
            throw new TraceQLException(position, "a regular expression must be text");
        try
        {
            _ = new Regex(pattern.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception cause) when (cause is ArgumentException or NotSupportedException)
        {
            throw new TraceQLException(position, $"invalid regular expression: {cause.Message}");
        }
    }

    private Operand Operand()
    {
        var token = Current;
        switch (token.Type)
        {
            case TraceQLTokenType.Value:
                _next++;
                return new LiteralOperand(token.Value);
            case TraceQLTokenType.Attribute:
                _next++;
                return new AttributeOperand(new AttributeName(token.Scope, token.Text));
            case TraceQLTokenType.Word:
                _next++;
                return Keyword(token.Text) is { } value
                    ? new LiteralOperand(value)
                    : new AttributeOperand(Intrinsic(token));
            default:
                throw Unexpected();
        }
    }

    private static TraceQLValue? Keyword(string word) => word switch
    {
        "true" => TraceQLValue.Of(true),
        "false" => TraceQLValue.Of(false),
        "nil" => TraceQLValue.Nil,
        "error" or "ok" or "unset" => TraceQLValue.Status(word),
        "unspecified" or "internal" or "server" or "client" or "producer" or "consumer" => TraceQLValue.Kind(word),
        _ => null,
    };

    private static AttributeName Intrinsic(TraceQLToken token) =>
        Intrinsics.Find(token.Text) is { } name ? new AttributeName(AttributeScope.Intrinsic, name) : throw new TraceQLException(token.Position, $"unknown identifier: {token.Text}");

    private Stage Stage()
    {
        var token = Current;
        if (token.Type != TraceQLTokenType.Word)
            throw Unexpected();
        _next++;
        switch (token.Text)
        {
            case "select":
                return new SelectStage(Attributes());
            case "coalesce":
                Expect("(");
                Expect(")");
                return new CoalesceStage();
            case "count" or "avg" or "min" or "max" or "sum":
                return Aggregate(token.Text);
            default:
                throw new TraceQLException(token.Position, $"'{token.Text}' is not spoken here; select, coalesce, count, avg, min, max and sum are");
        }
    }

    private ImmutableArray<AttributeName> Attributes()
    {
        var attributes = ImmutableArray.CreateBuilder<AttributeName>();
        Expect("(");
        do
            attributes.Add(Attribute());
        while (Take(","));
        Expect(")");
        return attributes.DrainToImmutable();
    }

    private AttributeName Attribute() => Operand() is AttributeOperand attribute ? attribute.Name : throw Unexpected();

    private AggregateStage Aggregate(string function)
    {
        Expect("(");
        AttributeName? of = Current.Text == ")" ? null : Attribute();
        Expect(")");
        if ((of is null) != (function == "count"))
            throw new TraceQLException(Current.Position, $"{function}() {(of is null ? "needs an attribute" : "takes no attribute")}");
        if (!Comparisons.TryGetValue(Current.Text, out var comparison))
            throw Unexpected();
        _next++;
        return Operand() is LiteralOperand limit ? new AggregateStage(function, of, comparison, limit.Value) : throw Unexpected();
    }

    private bool Take(string symbol)
    {
        if (Current.Type != TraceQLTokenType.Symbol || Current.Text != symbol)
            return false;
        _next++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
            throw new TraceQLException(Current.Position, $"syntax error: unexpected {Current.Text}, expecting {symbol}");
    }

    private TraceQLException Unexpected() => new(Current.Position, $"syntax error: unexpected {Current.Text}");

    private Nesting Nested()
    {
        if (++_depth > MaxDepth)
            throw new TraceQLException(Current.Position, $"nested deeper than {MaxDepth}");
        return new Nesting(this);
    }

    private readonly struct Nesting(TraceQLParser parser) : IDisposable
    {
        public void Dispose() => parser._depth--;
    }
}
