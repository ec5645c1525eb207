using System.Net;
using System.Text.Json;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Client;

/// <summary>The API server refused, or could not be reached; then <see cref="Code"/> is null.</summary>
public sealed class KubernetesApiException : Exception
{
    public KubernetesApiException(Status status, Exception? inner = null)
        : base(string.IsNullOrEmpty(status.Message) ? $"the server answered {status.Code} {status.Reason}" : status.Message, inner) =>
        Status = status;

    public Status Status { get; }

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public HttpStatusCode? Code => Status.Code == 0 ? null : (HttpStatusCode)Status.Code;

    public bool IsNotFound => Code == HttpStatusCode.NotFound;

    /// <summary>The object exists already, or has changed since it was read.</summary>
    public bool IsConflict => Code == HttpStatusCode.Conflict;

    public bool IsAlreadyExists => IsConflict && Status.Reason == "AlreadyExists";

    /// <summary>The resourceVersion or the continue token is too old.</summary>
    public bool IsGone => Code == HttpStatusCode.Gone;

    internal static KubernetesApiException Unreachable(Uri server, Exception cause) =>
        new(new Status { Outcome = "Failure", Reason = "Unreachable", Message = $"{server.GetLeftPart(UriPartial.Authority)} cannot be reached: {cause.Message}" }, cause);

    internal static KubernetesApiException TimedOut(Uri server, TimeSpan limit, Exception cause) =>
        new(new Status { Outcome = "Failure", Reason = "Timeout", Message = $"{server.GetLeftPart(UriPartial.Authority)} did not answer within {limit.TotalSeconds:0.#} s" }, cause);

    internal static KubernetesApiException NotUnderstood(Uri server, Exception cause) =>
        new(new Status { Outcome = "Failure", Reason = "NotUnderstood", Message = $"the answer of {server.GetLeftPart(UriPartial.Authority)} is not what the Kubernetes API says: {cause.Message}" }, cause);

    /// <summary>From an error's body, which is a Status object from Kubernetes and anything else from what lies between.</summary>
    internal static KubernetesApiException FromAnswer(HttpStatusCode code, byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, KubernetesJson.TypeInfo<Status>()) is { Kind: "Status", Code: > 0 } status)
            {
                return new(status);
            }
        }
        catch (JsonException)
        {
            // Not from an API server; its text is the message.
        }

        var text = System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 500))).Trim();
        return new(new Status { Outcome = "Failure", Code = (int)code, Reason = code.ToString(), Message = text.Length == 0 ? null : text });
    }
}
