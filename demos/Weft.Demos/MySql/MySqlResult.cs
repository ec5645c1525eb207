namespace Weft.Demos.MySql;

/// <summary>Rows of text, as MySQL's text protocol carries them.</summary>
internal sealed record MySqlResult(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>The server refused: its error number and message.</summary>
internal sealed class MySqlException(int code, string message) : Exception($"Error {code}: {message}")
{
    public int Code { get; } = code;

    public string ServerMessage { get; } = message;
}
