namespace Weft.ApiServer.Schemas.Cel;

/// <summary>An expression that cannot be compiled: what is wrong, and where in its text (0-based).</summary>
internal sealed class CelCompileException(string message, int position) : Exception(message)
{
    public int Position { get; } = position;

    /// <summary>In cel-go's form: place, line and a marker below it.</summary>
    public string Describe(string text)
    {
        var at = Math.Clamp(Position, 0, text.Length);
        var start = at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        var end = text.IndexOf('\n', at);
        var line = text[start..(end < 0 ? text.Length : end)];
        var number = text.AsSpan(0, at).Count('\n') + 1;
        return $"ERROR: <input>:{number}:{at - start + 1}: {Message}\n | {line}\n | {new string('.', at - start)}^";
    }
}

/// <summary>An error of evaluation, in cel-go's words (`no such key: x`).</summary>
internal sealed class CelException(string message) : Exception(message)
{
    public static CelException NoOverload() => new("no such overload");

    public static CelException Conversion(string from, string to) => new($"type conversion error from '{from}' to '{to}'");
}
