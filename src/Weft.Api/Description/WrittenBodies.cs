using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Api.Description;

/// <summary>A log, which is written while it is read (<c>LogJson</c>).</summary>
public sealed record LogBody(
    LogEntryBody[] Entries,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? LinesTruncated,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);

/// <summary>A line; <c>accessLog</c> has the parts of an access log's line by name.</summary>
public sealed record LogEntryBody(
    string Message,
    string Severity,
    string Timestamp,
    long TimestampUnix,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Dictionary<string, string>? AccessLog);

/// <summary>Traces in Jaeger's model (<c>JaegerJson</c>).</summary>
public sealed record TracesBody(
    JsonObject[] Data,
    JsonObject[]? Errors,
    string TracingServiceName,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? FromAllClusters);

/// <summary>One trace in Jaeger's model; null when there is none.</summary>
public sealed record TraceBody(JsonObject? Data, JsonObject[]? Errors);
