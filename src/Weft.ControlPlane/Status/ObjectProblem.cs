using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Status;

/// <summary>An Istio object, by its kind and name.</summary>
internal readonly record struct ObjectReference(string Kind, NamespacedName Name);

/// <summary>Why the mesh does not do what an object asks for, as its status tells it.</summary>
/// <param name="Reason">The condition's reason, one word.</param>
/// <param name="Message">The condition's message.</param>
/// <param name="Code">The code of Istio's validation message.</param>
/// <param name="CodeName">What that code is called.</param>
/// <param name="Level">ERROR or WARNING.</param>
/// <param name="DocumentationUrl">Null when the code is not one of Istio's.</param>
internal sealed record ObjectProblem(string Reason, string Message, string Code, string CodeName, string Level, string? DocumentationUrl)
{
    public static ObjectProblem Unreadable(string problem, string consequence) =>
        OfIstio("Unreadable", $"the object cannot be read: {problem}; {consequence}", "IST0106", "SchemaValidationError");

    /// <param name="resource">What was made of the object, as <c>listener 0.0.0.0_80</c>.</param>
    public static ObjectProblem Rejected(string resource, string error) =>
        OfIstio("ProxyRejected", $"proxies keep the configuration they had, refusing {resource}, which this object is part of: {error}", "IST0001", "InternalError");

    public static ObjectProblem NotEnforced(string message) => new("NotEnforced", message, "WEFT0001", "NotEnforced", "WARNING", null);

    private static ObjectProblem OfIstio(string reason, string message, string code, string name) =>
        new(reason, message, code, name, "ERROR", $"https://istio.io/latest/docs/reference/config/analysis/{code.ToLowerInvariant()}/");
}
