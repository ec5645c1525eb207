using System.Collections.Immutable;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>Reads selectors of series: a name, matchers of labels in braces, or both.</summary>
internal sealed class SelectorParser(TokenStream tokens)
{
    public VectorSelector ParseVectorSelector() => tokens.Current.Kind == TokenKind.LeftBrace
        ? new VectorSelector(tokens.Current.Start, "", ParseMatchers(), default, false)
        : ParseSelectorAfter(tokens.Take());

    public VectorSelector ParseSelectorAfter(Token name)
    {
        var matchers = tokens.Current.Kind == TokenKind.LeftBrace ? ParseMatchers() : [];
        return new VectorSelector(name.Start, name.Text, matchers.Add(new LabelMatcher(LabelSet.MetricNameLabel, MatchKind.Equal, name.Text)), default, false);
    }

    private ImmutableArray<LabelMatcher> ParseMatchers()
    {
        const string Context = "label matching";
        tokens.Advance();
        var matchers = ImmutableArray.CreateBuilder<LabelMatcher>();
        while (tokens.Current.Kind != TokenKind.RightBrace)
        {
            matchers.Add(ParseMatcher());
            if (tokens.Current.Kind == TokenKind.Comma)
                tokens.Advance();
            else if (tokens.Current.Kind != TokenKind.RightBrace)
                throw tokens.Unexpected(Context, "\",\" or \"}\"");
        }

        tokens.Advance();
        return matchers.DrainToImmutable();
    }

    private LabelMatcher ParseMatcher()
    {
        const string Context = "label matching";
        var name = tokens.Require(TokenKind.Identifier, Context, "identifier or \"}\"");
        MatchKind? kind = tokens.Current switch
        {
            { Kind: TokenKind.Equal } => MatchKind.Equal,
            { Kind: TokenKind.EqualRegex } => MatchKind.Regex,
            { Kind: TokenKind.NotEqualRegex } => MatchKind.NotRegex,
            { Kind: TokenKind.Operator, Text: "!=" } => MatchKind.NotEqual,
            _ => null,
        };
        if (kind is null)
            throw tokens.Unexpected(Context, "label matching operator");
        tokens.Advance();
        if (tokens.Current.Kind != TokenKind.String)
            throw tokens.Unexpected(Context, "string");
        try
        {
            var matcher = new LabelMatcher(name.Text, kind.Value, TokenStream.Text(tokens.Current));
            tokens.Advance();
            return matcher;
        }
        catch (FormatException cause)
        {
            throw tokens.Error(name.Start, cause.Message);
        }
    }
}
