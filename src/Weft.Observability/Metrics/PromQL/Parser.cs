using System.Collections.Immutable;
using System.Globalization;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>
/// Reads PromQL as of Prometheus 2.42 into a tree, by precedence climbing. Refuses what Prometheus refuses, with its messages where they
/// can be had cheaply. Used for one text.
/// </summary>
internal sealed class Parser
{
    // Deeper nesting is nobody's query and would end the process by a stack overflow.
    private const int MaxDepth = 200;

    private readonly TokenStream _tokens;
    private readonly SelectorParser _selectors;
    private readonly TimeModifierParser _times;
    private int _depth;

    private Parser(string input)
    {
        _tokens = new TokenStream(input);
        _selectors = new SelectorParser(_tokens);
        _times = new TimeModifierParser(_tokens);
    }

    /// <summary>A checked expression; throws <see cref="PromQLParseException"/>.</summary>
    public static Expression Parse(string input)
    {
        var parser = new Parser(input);
        if (parser._tokens.Current.Kind == TokenKind.EndOfInput)
            throw parser._tokens.Error(0, "no expression found in input");
        var expression = parser.ParseBinary(0);
        if (parser._tokens.Current.Kind != TokenKind.EndOfInput)
            throw parser._tokens.Unexpected();
        new TypeChecker(parser._tokens.Lexer).Check(expression);
        return expression;
    }

    /// <summary>A series selector alone, as <c>match[]</c> carries it.</summary>
    public static ImmutableArray<LabelMatcher> ParseSelector(string input)
    {
        var parser = new Parser(input);
        if (parser._tokens.Current is not ({ Kind: TokenKind.LeftBrace } or { IsMetricName: true }))
            throw parser._tokens.Unexpected();
        var selector = parser._selectors.ParseVectorSelector();
        if (parser._tokens.Current.Kind != TokenKind.EndOfInput)
            throw parser._tokens.Unexpected();
        return selector.Matchers;
    }

    private Expression ParseBinary(int minimum)
    {
        if (++_depth > MaxDepth)
            throw _tokens.Error(_tokens.Current.Start, $"expression is nested more than {MaxDepth} levels deep");
        var left = ParseUnary();
        while (BinaryOperator.Find(_tokens.Current) is { } operation && operation.Precedence > minimum)
        {
            var start = _tokens.Take().Start;
            var (returnBool, matching) = ParseModifiers();
            var right = ParseBinary(operation.RightAssociative ? operation.Precedence - 1 : operation.Precedence);
            left = new BinaryOperation(left.Start, start, operation, left, right, returnBool, matching);
        }

        _depth--;
        return left;
    }

    private Expression ParseUnary()
    {
        if (!_tokens.Current.Is("+") && !_tokens.Current.Is("-"))
            return _times.ParsePostfix(ParsePrimary());
        var sign = _tokens.Take();
        var negative = sign.Text == "-";
        var inner = ParseBinary(BinaryOperator.UnaryPrecedence);
        return inner is NumberLiteral number
            ? number with { Start = sign.Start, Value = negative ? -number.Value : number.Value }
            : new Negation(sign.Start, negative, inner);
    }

    private (bool ReturnBool, VectorMatching Matching) ParseModifiers()
    {
        var returnBool = _tokens.Current.Is("bool");
        if (returnBool)
            _tokens.Advance();
        if (!_tokens.Current.Is("on") && !_tokens.Current.Is("ignoring"))
            return (returnBool, VectorMatching.Default);
        var on = _tokens.Take().Is("on");
        var labels = ParseGroupingLabels();
        if (!_tokens.Current.Is("group_left") && !_tokens.Current.Is("group_right"))
            return (returnBool, new VectorMatching(MatchCardinality.OneToOne, on, labels, []));
        var cardinality = _tokens.Take().Is("group_left") ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany;
        var include = _tokens.Current.Kind == TokenKind.LeftParenthesis ? ParseGroupingLabels() : [];
        return (returnBool, new VectorMatching(cardinality, on, labels, include));
    }

    private ImmutableArray<string> ParseGroupingLabels()
    {
        const string Context = "grouping opts";
        _tokens.Require(TokenKind.LeftParenthesis, Context, "\"(\"");
        var labels = ImmutableArray.CreateBuilder<string>();
        while (_tokens.Current.Kind != TokenKind.RightParenthesis)
        {
            if (!_tokens.Current.IsWord || _tokens.Current.Text.Contains(':', StringComparison.Ordinal))
                throw _tokens.Unexpected(Context, "label");
            labels.Add(_tokens.Take().Text);
            if (_tokens.Current.Kind == TokenKind.Comma)
                _tokens.Advance();
            else if (_tokens.Current.Kind != TokenKind.RightParenthesis)
                throw _tokens.Unexpected(Context, "\",\" or \")\"");
        }

        _tokens.Advance();
        return labels.DrainToImmutable();
    }

    private Expression ParsePrimary()
    {
        var token = _tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                // Its value is read before anything behind it is.
                var number = new NumberLiteral(token.Start, _tokens.Number(token));
                _tokens.Advance();
                return number;
            case TokenKind.String:
                var text = new TextLiteral(token.Start, TokenStream.Text(token));
                _tokens.Advance();
                return text;
            case TokenKind.LeftParenthesis:
                return ParseParenthesized();
            case TokenKind.LeftBrace:
                return _selectors.ParseVectorSelector();
            case TokenKind.Aggregator:
                return ParseAggregatorOrMetric();
            default:
                return token.IsMetricName ? ParseNamed() : throw _tokens.Unexpected();
        }
    }

    private Parenthesized ParseParenthesized()
    {
        var start = _tokens.Take().Start;
        var inner = ParseBinary(0);
        _tokens.Require(TokenKind.RightParenthesis, "", "");
        return new Parenthesized(start, inner);
    }

    private Expression ParseNamed()
    {
        var name = _tokens.Take();
        if (name.Kind != TokenKind.Identifier || _tokens.Current.Kind != TokenKind.LeftParenthesis)
            return _selectors.ParseSelectorAfter(name);
        var arguments = ParseArguments();
        // What is wrong with the arguments is told first, and what is wrong with anything behind them later.
        var function = PromQLFunctions.Find(name.Text) ?? throw _tokens.Error(name.Start, $"unknown function with name {PromText.Quote(name.Text)}");
        _tokens.Advance();
        return new Call(name.Start, function, arguments);
    }

    /// <summary>Leaves the parenthesis that ends them to the caller.</summary>
    private ImmutableArray<Expression> ParseArguments()
    {
        _tokens.Require(TokenKind.LeftParenthesis, "", "");
        var arguments = ImmutableArray.CreateBuilder<Expression>();
        if (_tokens.Current.Kind == TokenKind.RightParenthesis)
            return [];

        arguments.Add(ParseBinary(0));
        while (_tokens.Current.Kind == TokenKind.Comma)
        {
            var comma = _tokens.Take();
            if (!_tokens.Current.BeginsExpression)
                throw _tokens.Error(comma.Start, "trailing commas not allowed in function call args");
            arguments.Add(ParseBinary(0));
        }

        return _tokens.Current.Kind == TokenKind.RightParenthesis ? arguments.DrainToImmutable() : throw _tokens.Unexpected();
    }

    private Expression ParseAggregatorOrMetric()
    {
        var name = _tokens.Take();
        var grouped = _tokens.Current.Is("by") || _tokens.Current.Is("without");
        if (!grouped && _tokens.Current.Kind != TokenKind.LeftParenthesis)
            return _selectors.ParseSelectorAfter(name);
        var (without, labels) = grouped ? ParseGrouping() : (false, []);
        if (_tokens.Current.Kind != TokenKind.LeftParenthesis)
            throw _tokens.Unexpected("aggregation");
        _tokens.OpenAggregations++;
        var arguments = ParseArguments();
        _tokens.OpenAggregations--;
        // With its grouping in front it is complete here; else that may follow.
        if (grouped)
            RequireArguments(name, arguments);
        _tokens.Advance();
        if (!grouped && (_tokens.Current.Is("by") || _tokens.Current.Is("without")))
            (without, labels) = ParseGrouping();
        if (!grouped)
            RequireArguments(name, arguments);
        return NewAggregation(name, arguments, without, labels);
    }

    private (bool Without, ImmutableArray<string> Labels) ParseGrouping()
    {
        var without = _tokens.Take().Is("without");
        return (without, ParseGroupingLabels());
    }

    private static Aggregation NewAggregation(Token name, ImmutableArray<Expression> arguments, bool without, ImmutableArray<string> labels) =>
        new(name.Start, name.Text.ToLowerInvariant(), arguments.Length == 2 ? arguments[0] : null, arguments[^1], without, labels);

    private void RequireArguments(Token name, ImmutableArray<Expression> arguments)
    {
        var wanted = name.Text.ToLowerInvariant() is "topk" or "bottomk" or "quantile" or "count_values" ? 2 : 1;
        if (arguments.IsEmpty)
            throw _tokens.Error(name.Start, "no arguments for aggregate expression provided");
        if (arguments.Length != wanted)
        {
            throw _tokens.Error(
                name.Start,
                string.Create(CultureInfo.InvariantCulture, $"wrong number of arguments for aggregate expression provided, expected {wanted}, got {arguments.Length}"));
        }
    }
}
