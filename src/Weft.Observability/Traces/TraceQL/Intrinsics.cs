namespace Weft.Observability.Traces.TraceQL;

/// <summary>The fields of spans and traces that TraceQL knows without a dot.</summary>
internal static class Intrinsics
{
    /// <summary>Those that Tempo lists as tags of the scope "intrinsic" and that have a value here.</summary>
    public static readonly string[] Names = ["duration", "kind", "name", "rootName", "rootServiceName", "status", "statusMessage", "traceDuration"];

    /// <summary>The plain name of an intrinsic, scoped or not; null when there is none of that name.</summary>
    public static string? Find(string word) => word switch
    {
        "duration" or "span:duration" => "duration",
        "kind" or "span:kind" => "kind",
        "name" or "span:name" => "name",
        "status" or "span:status" => "status",
        "statusMessage" or "span:statusMessage" => "statusMessage",
        "span:id" => "spanId",
        "trace:id" => "traceId",
        "rootName" or "trace:rootName" => "rootName",
        "rootServiceName" or "trace:rootService" => "rootServiceName",
        "traceDuration" or "trace:duration" => "traceDuration",
        "nestedSetParent" => "nestedSetParent",
        _ => null,
    };
}
