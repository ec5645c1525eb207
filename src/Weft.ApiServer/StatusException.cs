using System.Text.Json.Nodes;

namespace Weft.ApiServer;

/// <summary>An answer that is a Kubernetes Status of failure. Thrown anywhere below an endpoint, written by the one error mapper.</summary>
internal sealed class StatusException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code { get; } = code;

    public string Reason { get; } = reason;

    public JsonObject? Details { get; } = details;

    /// <summary>A token for the rest of a list whose revision is no longer kept; empty in all other answers.</summary>
    public string Continue { get; init; } = "";

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = Continue.Length > 0 ? new JsonObject { ["continue"] = Continue } : new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0) status["reason"] = Reason;
        if (Details is not null) status["details"] = Details.DeepClone();
        status["code"] = Code;
        return status;
    }
}
