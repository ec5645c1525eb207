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

    private readonly Lexer _lexer;
    private Token _token;
    private int _depth;

    private Parser(string input) => _lexer = new Lexer(input);

    /// <summary>A checked expression; throws <see cref="PromQLParseException"/>.</summary>
    public static Expression Parse(string input)
    {
        var parser = new Parser(input);
        parser.Advance();
        if (parser._token.Kind == TokenKind.EndOfInput)
            throw parser._lexer.Error(0, "no expression found in input");
        var expression = parser.ParseBinary(0);
        if (parser._token.Kind != TokenKind.EndOfInput)
            throw parser.Unexpected();
        new TypeChecker(parser._lexer).Check(expression);
        return expression;
    }

    /// <summary>A series selector alone, as <c>match[]</c> carries it.</summary>
    public static ImmutableArray<LabelMatcher> ParseSelector(string input)
    {
        var parser = new Parser(input);
        parser.Advance();
        if (parser._token is not ({ Kind: TokenKind.LeftBrace } or { IsMetricName: true }))
            throw parser.Unexpected();
        var selector = parser.ParseVectorSelector();
        if (parser._token.Kind != TokenKind.EndOfInput)
            throw parser.Unexpected();
        return selector.Matchers;
    }

    private void Advance() => _token = _lexer.Next();

    private Token Take()
    {
        var token = _token;
        Advance();
        return token;
    }

    private PromQLParseException Unexpected(string context = "", string expected = "")
    {
        var message = $"unexpected {_token.Describe()}";
        if (context.Length > 0)
            message += $" in {context}";
        if (expected.Length > 0)
            message += $", expected {expected}";
        return _lexer.Error(_token.Start, message);
    }

    private Token Require(TokenKind kind, string context, string expected) => _token.Kind == kind ? Take() : throw Unexpected(context, expected);

    private Expression ParseBinary(int minimum)
    {
        if (++_depth > MaxDepth)
            throw _lexer.Error(_token.Start, $"expression is nested more than {MaxDepth} levels deep");
        var left = ParseUnary();
        while (BinaryOperator.Find(_token) is { } operation && operation.Precedence > minimum)
        {
            var start = Take().Start;
            var (returnBool, matching) = ParseModifiers();
            var right = ParseBinary(operation.RightAssociative ? operation.Precedence - 1 : operation.Precedence);
            left = new BinaryOperation(left.Start, start, operation, left, right, returnBool, matching);
        }

        _depth--;
        return left;
    }

    private Expression ParseUnary()
    {
        if (!_token.Is("+") && !_token.Is("-"))
            return ParsePostfix(ParsePrimary());
        var sign = Take();
        var negative = sign.Text == "-";
        var inner = ParseBinary(BinaryOperator.UnaryPrecedence);
        return inner is NumberLiteral number
            ? number with { Start = sign.Start, Value = negative ? -number.Value : number.Value }
            : new Negation(sign.Start, negative, inner);
    }

    private (bool ReturnBool, VectorMatching Matching) ParseModifiers()
    {
        var returnBool = _token.Is("bool");
        if (returnBool)
            Advance();
        if (!_token.Is("on") && !_token.Is("ignoring"))
            return (returnBool, VectorMatching.Default);
        var on = Take().Is("on");
        var labels = ParseGroupingLabels();
        if (!_token.Is("group_left") && !_token.Is("group_right"))
            return (returnBool, new VectorMatching(MatchCardinality.OneToOne, on, labels, []));
        var cardinality = Take().Is("group_left") ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany;
        var include = _token.Kind == TokenKind.LeftParenthesis ? ParseGroupingLabels() : [];
        return (returnBool, new VectorMatching(cardinality, on, labels, include));
    }

    private ImmutableArray<string> ParseGroupingLabels()
    {
        const string Context = "grouping opts";
        Require(TokenKind.LeftParenthesis, Context, "\"(\"");
        var labels = ImmutableArray.CreateBuilder<string>();
        while (_token.Kind != TokenKind.RightParenthesis)
        {
            if (!_token.IsWord || _token.Text.Contains(':', StringComparison.Ordinal))
                throw Unexpected(Context, "label");
            labels.Add(Take().Text);
            if (_token.Kind == TokenKind.Comma)
                Advance();
            else if (_token.Kind != TokenKind.RightParenthesis)
                throw Unexpected(Context, "\",\" or \")\"");
        }

        Advance();
        return labels.DrainToImmutable();
    }

    private Expression ParsePrimary()
    {
        var token = _token;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return new NumberLiteral(token.Start, Number(Take()));
            case TokenKind.String:
                return new TextLiteral(token.Start, Text(Take()));
            case TokenKind.LeftParenthesis:
                return ParseParenthesized();
            case TokenKind.LeftBrace:
                return ParseVectorSelector();
            case TokenKind.Aggregator:
                return ParseAggregatorOrMetric();
            default:
                return token.IsMetricName ? ParseNamed() : throw Unexpected();
        }
    }

    private Parenthesized ParseParenthesized()
    {
        var start = Take().Start;
        var inner = ParseBinary(0);
        Require(TokenKind.RightParenthesis, "", "");
        return new Parenthesized(start, inner);
    }

    private Expression ParseNamed()
    {
        var name = Take();
        if (name.Kind != TokenKind.Identifier || _token.Kind != TokenKind.LeftParenthesis)
            return ParseSelectorAfter(name);
        var function = PromQLFunctions.Find(name.Text) ?? throw _lexer.Error(name.Start, $"unknown function with name {PromText.Quote(name.Text)}");
        return new Call(name.Start, function, ParseArguments());
    }

    private ImmutableArray<Expression> ParseArguments()
    {
        Require(TokenKind.LeftParenthesis, "", "");
        var arguments = ImmutableArray.CreateBuilder<Expression>();
        if (_token.Kind == TokenKind.RightParenthesis)
        {
            Advance();
            return [];
        }

        arguments.Add(ParseBinary(0));
        while (_token.Kind == TokenKind.Comma)
        {
            var comma = Take();
            if (_token.Kind == TokenKind.RightParenthesis)
                throw _lexer.Error(comma.Start, "trailing commas not allowed in function call args");
            arguments.Add(ParseBinary(0));
        }

        Require(TokenKind.RightParenthesis, "", "");
        return arguments.DrainToImmutable();
    }

    private Expression ParseAggregatorOrMetric()
    {
        var name = Take();
        var grouped = _token.Is("by") || _token.Is("without");
        if (!grouped && _token.Kind != TokenKind.LeftParenthesis)
            return ParseSelectorAfter(name);
        var (without, labels) = grouped ? ParseGrouping() : (false, []);
        if (_token.Kind != TokenKind.LeftParenthesis)
            throw Unexpected("aggregation");
        var arguments = ParseArguments();
        if (!grouped && (_token.Is("by") || _token.Is("without")))
            (without, labels) = ParseGrouping();
        return NewAggregation(name, arguments, without, labels);
    }

    private (bool Without, ImmutableArray<string> Labels) ParseGrouping()
    {
        var without = Take().Is("without");
        return (without, ParseGroupingLabels());
    }

    private Aggregation NewAggregation(Token name, ImmutableArray<Expression> arguments, bool without, ImmutableArray<string> labels)
    {
        var operation = name.Text.ToLowerInvariant();
        var wanted = operation is "topk" or "bottomk" or "quantile" or "count_values" ? 2 : 1;
        if (arguments.IsEmpty)
            throw _lexer.Error(name.Start, "no arguments for aggregate expression provided");
        if (arguments.Length != wanted)
        {
            throw _lexer.Error(
                name.Start,
                string.Create(CultureInfo.InvariantCulture, $"wrong number of arguments for aggregate expression provided, expected {wanted}, got {arguments.Length}"));
        }

        return new Aggregation(name.Start, operation, wanted == 2 ? arguments[0] : null, arguments[^1], without, labels);
    }

    private VectorSelector ParseVectorSelector() => _token.Kind == TokenKind.LeftBrace
        ? new VectorSelector(_token.Start, "", ParseMatchers(), default, false)
        : ParseSelectorAfter(Take());

    private VectorSelector ParseSelectorAfter(Token name)
    {
        var matchers = _token.Kind == TokenKind.LeftBrace ? ParseMatchers() : [];
        return new VectorSelector(name.Start, name.Text, matchers.Add(new LabelMatcher(LabelSet.MetricNameLabel, MatchKind.Equal, name.Text)), default, false);
    }

    private ImmutableArray<LabelMatcher> ParseMatchers()
    {
        const string Context = "label matching";
        Advance();
        var matchers = ImmutableArray.CreateBuilder<LabelMatcher>();
        while (_token.Kind != TokenKind.RightBrace)
        {
            matchers.Add(ParseMatcher());
            if (_token.Kind == TokenKind.Comma)
                Advance();
            else if (_token.Kind != TokenKind.RightBrace)
                throw Unexpected(Context, "\",\" or \"}\"");
        }

        Advance();
        return matchers.DrainToImmutable();
    }

    private LabelMatcher ParseMatcher()
    {
        const string Context = "label matching";
        var name = Require(TokenKind.Identifier, Context, "identifier or \"}\"");
        MatchKind? kind = _token switch
        {
            { Kind: TokenKind.Equal } => MatchKind.Equal,
            { Kind: TokenKind.EqualRegex } => MatchKind.Regex,
            { Kind: TokenKind.NotEqualRegex } => MatchKind.NotRegex,
            { Kind: TokenKind.Operator, Text: "!=" } => MatchKind.NotEqual,
            _ => null,
        };
        if (kind is null)
            throw Unexpected(Context, "label matching operator");
        Advance();
        var value = Require(TokenKind.String, Context, "string");
        try
        {
            return new LabelMatcher(name.Text, kind.Value, Text(value));
        }
        catch (FormatException cause)
        {
            throw _lexer.Error(name.Start, cause.Message);
        }
    }

    private Expression ParsePostfix(Expression expression)
    {
        while (true)
        {
            if (_token.Kind == TokenKind.LeftBracket)
                expression = ParseWindow(expression);
            else if (_token.Is("offset"))
                expression = ParseOffset(expression);
            else if (_token.Kind == TokenKind.At)
                expression = ParseAt(expression);
            else
                return expression;
        }
    }

    private Expression ParseWindow(Expression expression)
    {
        var bracket = _token.Start;
        _token = _lexer.NextDuration();
        var window = Duration(Take());
        if (_token.Kind == TokenKind.Colon)
            return ParseSubquery(expression, window);
        Require(TokenKind.RightBracket, "subquery or range", "\":\" or \"]\"");
        if (expression is not VectorSelector selector)
            throw _lexer.Error(bracket, "ranges only allowed for vector selectors");
        if (selector.OffsetGiven)
            throw _lexer.Error(bracket, "no offset modifiers allowed before range");
        if (selector.Shift.Anchor != TimeAnchor.None)
            throw _lexer.Error(bracket, "no @ modifiers allowed before range");
        return new MatrixSelector(selector.Start, selector, window);
    }

    private Subquery ParseSubquery(Expression expression, long window)
    {
        const string Context = "subquery selector";
        Advance();
        if (_token.Kind is not (TokenKind.Duration or TokenKind.RightBracket))
            throw Unexpected(Context, "duration or \"]\"");
        var step = _token.Kind == TokenKind.Duration ? Duration(Take()) : 0;
        Require(TokenKind.RightBracket, Context, "\"]\"");
        return new Subquery(expression.Start, expression, window, step, default, false);
    }

    private Expression ParseOffset(Expression expression)
    {
        Advance();
        var negative = _token.Is("-");
        if (negative || _token.Is("+"))
            Advance();
        if (_token.Kind != TokenKind.Duration)
            throw Unexpected("offset", "duration");
        var offset = Duration(Take()) * (negative ? -1 : 1);
        return WithShift(expression, "offset", shift => shift with { Offset = offset });
    }

    private Expression ParseAt(Expression expression)
    {
        Advance();
        if (_token.Is("start") || _token.Is("end"))
        {
            var anchor = Take().Is("start") ? TimeAnchor.QueryStart : TimeAnchor.QueryEnd;
            Require(TokenKind.LeftParenthesis, "@", "timestamp");
            Require(TokenKind.RightParenthesis, "@", "timestamp");
            return WithShift(expression, "@", shift => shift with { Anchor = anchor });
        }

        var negative = _token.Is("-");
        if (negative || _token.Is("+"))
            Advance();
        if (_token.Kind != TokenKind.Number)
            throw Unexpected("@", "timestamp");
        var seconds = Number(Take()) * (negative ? -1 : 1);
        if (!double.IsFinite(seconds) || Math.Abs(seconds) >= long.MaxValue / 1000d)
            throw _lexer.Error(expression.Start, $"timestamp out of bounds for @ modifier: {PromText.FormatNumber(seconds)}");
        var fixedTime = (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
        return WithShift(expression, "@", shift => shift with { Anchor = TimeAnchor.Fixed, FixedTime = fixedTime });
    }

    private Expression WithShift(Expression expression, string modifier, Func<TimeShift, TimeShift> change)
    {
        var isOffset = modifier == "offset";
        switch (expression)
        {
            case VectorSelector selector:
                RequireFirst(expression, isOffset, selector.OffsetGiven, selector.Shift);
                return selector with { Shift = change(selector.Shift), OffsetGiven = selector.OffsetGiven || isOffset };
            case MatrixSelector matrix:
                RequireFirst(expression, isOffset, matrix.Selector.OffsetGiven, matrix.Selector.Shift);
                return matrix with { Selector = (VectorSelector)WithShift(matrix.Selector, modifier, change) };
            case Subquery subquery:
                RequireFirst(expression, isOffset, subquery.OffsetGiven, subquery.Shift);
                return subquery with { Shift = change(subquery.Shift), OffsetGiven = subquery.OffsetGiven || isOffset };
            default:
                var name = isOffset ? "offset modifier" : "@ modifier";
                throw _lexer.Error(expression.Start, $"{name} must be preceded by an instant vector selector or range vector selector or a subquery");
        }
    }

    private void RequireFirst(Expression expression, bool isOffset, bool offsetGiven, TimeShift shift)
    {
        if (isOffset && offsetGiven)
            throw _lexer.Error(expression.Start, "offset may not be set multiple times");
        if (!isOffset && shift.Anchor != TimeAnchor.None)
            throw _lexer.Error(expression.Start, "@ <timestamp> may not be set multiple times");
    }

    private double Number(Token token)
    {
        if (token.Text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && long.TryParse(token.Text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var whole))
            return whole;
        return PromText.TryParseNumber(token.Text, out var value)
            ? value
            : throw _lexer.Error(token.Start, $"error parsing number: strconv.ParseFloat: parsing {PromText.Quote(token.Text)}: invalid syntax");
    }

    private long Duration(Token token)
    {
        if (!PromText.TryParseDuration(token.Text, out var duration))
            throw _lexer.Error(token.Start, $"not a valid duration string: {PromText.Quote(token.Text)}");
        return duration > TimeSpan.Zero ? (long)duration.TotalMilliseconds : throw _lexer.Error(token.Start, "duration must be greater than 0");
    }

    private string Text(Token token)
    {
        try
        {
            return StringLiteral.Unquote(token.Text);
        }
        catch (FormatException cause)
        {
            throw _lexer.Error(token.Start, cause.Message);
        }
    }
}
