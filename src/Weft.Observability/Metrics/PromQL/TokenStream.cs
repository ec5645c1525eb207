using System.Globalization;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>The words of one query, one after the other, with the values that they stand for. Refusals name the place.</summary>
internal sealed class TokenStream
{
    private readonly Lexer _lexer;

    public TokenStream(string input)
    {
        _lexer = new Lexer(input);
        Current = _lexer.Next();
    }

    public Token Current { get; private set; }

    public Lexer Lexer => _lexer;

    /// <summary>How many aggregations are open around the current word: what is not expected is not expected in them.</summary>
    public int OpenAggregations { get; set; }

    public void Advance() => Current = _lexer.Next();

    /// <summary>Reads the next word as a duration: after a bracket <c>5m</c> is one, elsewhere a number and a name.</summary>
    public void ReadDuration() => Current = _lexer.NextDuration();

    public Token Take()
    {
        var token = Current;
        Advance();
        return token;
    }

    public PromQLParseException Error(int position, string message) => _lexer.Error(position, message);

    public PromQLParseException Unexpected(string context = "", string expected = "")
    {
        var message = $"unexpected {Current.Describe()}";
        if (context.Length > 0 || OpenAggregations > 0)
            message += $" in {(context.Length > 0 ? context : "aggregation")}";
        if (expected.Length > 0)
            message += $", expected {expected}";
        return Error(Current.Start, message);
    }

    public Token Require(TokenKind kind, string context, string expected) => Current.Kind == kind ? Take() : throw Unexpected(context, expected);

    public double Number(Token token)
    {
        if (token.Text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && long.TryParse(token.Text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var whole))
            return whole;
        return PromText.TryParseNumber(token.Text, out var value)
            ? value
            : throw Error(token.Start, $"error parsing number: strconv.ParseFloat: parsing {PromText.Quote(token.Text)}: invalid syntax");
    }

    public long Duration(Token token)
    {
        if (!PromText.TryParseDuration(token.Text, out var duration))
            throw Error(token.Start, $"not a valid duration string: {PromText.Quote(token.Text)}");
        return duration > TimeSpan.Zero ? (long)duration.TotalMilliseconds : throw Error(token.Start, "duration must be greater than 0");
    }

    /// <summary>What stands between the quotes; escapes were checked when the word was read.</summary>
    public static string Text(Token token) => StringLiteral.Unquote(token.Text);
}
