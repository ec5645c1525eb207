namespace Weft.Observability.Traces.TraceQL;

/// <summary>A query that is not TraceQL, or uses a part of it that is not spoken here. The message is for the user.</summary>
internal sealed class TraceQLException(int position, string message) : Exception($"parse error at line 1, col {position + 1}: {message}");
