using System.Text.Json.Nodes;

namespace Weft.ApiServer.Admission;

/// <summary>Who sent a request.</summary>
public sealed record AdmissionUser(string Name, string Uid, IReadOnlyList<string> Groups);

/// <summary>One write on its way to storage. The objects are the plug-in's to read; only the response changes anything.</summary>
public sealed record AdmissionRequest
{
    /// <summary>CREATE, UPDATE or DELETE.</summary>
    public required string Operation { get; init; }

    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Resource { get; init; }

    public required string Kind { get; init; }

    public string Subresource { get; init; } = "";

    public required string Namespace { get; init; }

    /// <summary>Empty while a name is still to be generated.</summary>
    public required string Name { get; init; }

    /// <summary>Null for DELETE.</summary>
    public JsonObject? Object { get; init; }

    /// <summary>Null for CREATE.</summary>
    public JsonObject? OldObject { get; init; }

    public required AdmissionUser User { get; init; }

    public bool DryRun { get; init; }
}

/// <summary>A plug-in's answer. A patched object replaces the request's.</summary>
public sealed record AdmissionResponse
{
    public bool Allowed { get; init; } = true;

    /// <summary>HTTP code of a refusal; 403 unless said otherwise.</summary>
    public int Code { get; init; } = 403;

    /// <summary>Kubernetes' reason of a refusal; null for the usual one of the code.</summary>
    public string? Reason { get; init; }

    public string Message { get; init; } = "";

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public JsonObject? PatchedObject { get; init; }

    public static AdmissionResponse Allow { get; } = new();

    public static AdmissionResponse Deny(string message, int code = 403) => new() { Allowed = false, Code = code, Message = message };
}

/// <summary>Takes part in writes, as Kubernetes' admission webhooks do: sidecar injection, validation.</summary>
public interface IAdmissionPlugin
{
    /// <summary>Name as it stands in refusals.</summary>
    string Name { get; }

    /// <summary>Called for every write that is not itself refused before; must answer quickly and never throw for bad input.</summary>
    ValueTask<AdmissionResponse> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken);
}
