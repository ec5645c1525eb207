namespace Weft.Observability.Metrics.PromQL;

/// <summary>Reads what stands behind an expression and says of which times it is: windows, subqueries, <c>offset</c> and <c>@</c>.</summary>
internal sealed class TimeModifierParser(TokenStream tokens)
{
    public Expression ParsePostfix(Expression expression)
    {
        while (true)
        {
            if (tokens.Current.Kind == TokenKind.LeftBracket)
                expression = ParseWindow(expression);
            else if (tokens.Current.Is("offset"))
                expression = ParseOffset(expression);
            else if (tokens.Current.Kind == TokenKind.At)
                expression = ParseAt(expression);
            else
                return expression;
        }
    }

    private Expression ParseWindow(Expression expression)
    {
        var bracket = tokens.Current.Start;
        tokens.ReadDuration();
        var window = tokens.Duration(tokens.Take());
        if (tokens.Current.Kind == TokenKind.Colon)
            return ParseSubquery(expression, window);
        if (tokens.Current.Kind != TokenKind.RightBracket)
            throw tokens.Unexpected("subquery or range", "\":\" or \"]\"");
        if (expression is not VectorSelector selector)
            throw tokens.Error(bracket, "ranges only allowed for vector selectors");
        if (selector.OffsetGiven)
            throw tokens.Error(bracket, "no offset modifiers allowed before range");
        if (selector.Shift.Anchor != TimeAnchor.None)
            throw tokens.Error(bracket, "no @ modifiers allowed before range");
        tokens.Advance();
        return new MatrixSelector(selector.Start, selector, window);
    }

    private Subquery ParseSubquery(Expression expression, long window)
    {
        const string Context = "subquery selector";
        tokens.Advance();
        if (tokens.Current.Kind is not (TokenKind.Duration or TokenKind.RightBracket))
            throw tokens.Unexpected(Context, "duration or \"]\"");
        var step = tokens.Current.Kind == TokenKind.Duration ? tokens.Duration(tokens.Take()) : 0;
        tokens.Require(TokenKind.RightBracket, Context, "\"]\"");
        return new Subquery(expression.Start, expression, window, step, default, false);
    }

    private Expression ParseOffset(Expression expression)
    {
        tokens.Advance();
        var negative = tokens.Current.Is("-");
        if (negative || tokens.Current.Is("+"))
            tokens.Advance();
        if (tokens.Current.Kind != TokenKind.Duration)
            throw tokens.Unexpected("offset", "duration");
        var offset = tokens.Duration(tokens.Current) * (negative ? -1 : 1);
        return Followed(WithShift(expression, "offset", shift => shift with { Offset = offset }));
    }

    private Expression ParseAt(Expression expression)
    {
        tokens.Advance();
        if (tokens.Current.Is("start") || tokens.Current.Is("end"))
        {
            var anchor = tokens.Take().Is("start") ? TimeAnchor.QueryStart : TimeAnchor.QueryEnd;
            tokens.Require(TokenKind.LeftParenthesis, "@", "timestamp");
            if (tokens.Current.Kind != TokenKind.RightParenthesis)
                throw tokens.Unexpected("@", "timestamp");
            return Followed(WithShift(expression, "@", shift => shift with { Anchor = anchor }));
        }

        var negative = tokens.Current.Is("-");
        if (negative || tokens.Current.Is("+"))
            tokens.Advance();
        if (tokens.Current.Kind != TokenKind.Number)
            throw tokens.Unexpected("@", "timestamp");
        var seconds = tokens.Number(tokens.Current) * (negative ? -1 : 1);
        if (!double.IsFinite(seconds) || Math.Abs(seconds) >= long.MaxValue / 1000d)
            throw tokens.Error(expression.Start, $"timestamp out of bounds for @ modifier: {PromText.FormatNumber(seconds)}");
        var fixedTime = (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
        return Followed(WithShift(expression, "@", shift => shift with { Anchor = TimeAnchor.Fixed, FixedTime = fixedTime }));
    }

    /// <summary>What is wrong with an expression is told before what is wrong with anything behind it.</summary>
    private Expression Followed(Expression complete)
    {
        tokens.Advance();
        return complete;
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
                throw tokens.Error(expression.Start, $"{name} must be preceded by an instant vector selector or range vector selector or a subquery");
        }
    }

    private void RequireFirst(Expression expression, bool isOffset, bool offsetGiven, TimeShift shift)
    {
        if (isOffset && offsetGiven)
            throw tokens.Error(expression.Start, "offset may not be set multiple times");
        if (!isOffset && shift.Anchor != TimeAnchor.None)
            throw tokens.Error(expression.Start, "@ <timestamp> may not be set multiple times");
    }
}
