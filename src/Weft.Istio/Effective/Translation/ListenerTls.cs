using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Effective.Translation;

/// <summary>The TLS settings of a listener as those of a server of Istio's Gateway, and what is wrong with its certificates.</summary>
internal static class ListenerTls
{
    private const string ModeOption = "gateway.istio.io/tls-terminate-mode";
    private const string SecretScheme = "kubernetes-gateway://";
    private const string OwnCertificate = "ISTIO_MUTUAL";

    /// <summary>Of one algorithm each.</summary>
    private const int MostCertificates = 2;

    public static (ServerTlsSettings? Settings, K8sProblem? Problem) Of(ListenerHolder holder, K8sListener listener, MeshObjects objects, ReferenceGrants grants)
    {
        if (listener.Tls is not { } tls || listener.Protocol is not ("HTTPS" or "TLS"))
        {
            return (null, null);
        }

        if (tls.Mode == "Passthrough")
        {
            return (new ServerTlsSettings { Mode = "PASSTHROUGH" }, null);
        }

        var mode = tls.Options.GetValueOrDefault(ModeOption) is ("MUTUAL" or "OPTIONAL_MUTUAL" or OwnCertificate) and var stated ? stated : "SIMPLE";
        return mode == OwnCertificate ? (new ServerTlsSettings { Mode = mode }, null) : Terminated(mode, tls.CertificateRefs, new Certificates(holder, objects, grants));
    }

    /// <summary>One certificate that can be had is enough.</summary>
    private static (ServerTlsSettings Settings, K8sProblem? Problem) Terminated(string mode, ImmutableArray<K8sObjectReference> references, Certificates certificates)
    {
        if (references.Length is 0 or > MostCertificates)
        {
            return (new ServerTlsSettings { Mode = mode }, new K8sProblem("InvalidCertificateRef", $"certificateRefs has {references.Length} entries; one or {MostCertificates} are supported"));
        }

        var problems = references.Select(certificates.ProblemOf).ToList();
        ImmutableArray<string> credentials = [.. references.Where((_, index) => problems[index] is null).Select(certificates.NameOf)];
        return credentials switch
        {
            [] => (new ServerTlsSettings { Mode = mode }, new K8sProblem(problems[0]!.Reason, string.Join("; ", problems.Select(problem => problem!.Message)))), // every one has a problem
            [var only] => (new ServerTlsSettings { Mode = mode, CredentialName = only }, null),
            _ => (new ServerTlsSettings { Mode = mode, CredentialNames = credentials }, null),
        };
    }

    private sealed class Certificates(ListenerHolder holder, MeshObjects objects, ReferenceGrants grants)
    {
        private readonly string _namespace = holder.Namespace;

        public K8sProblem? ProblemOf(K8sObjectReference reference)
        {
            if (reference is not { Group: null or "", Kind: null or "" or "Secret" })
            {
                return Invalid(reference, $"kind {reference.Group}/{reference.Kind} is no Secret");
            }

            var secret = SecretOf(reference);
            if (!grants.Permit(holder.Kind, _namespace, "Secret", secret.Namespace, secret.Name))
            {
                return new K8sProblem("RefNotPermitted", $"certificateRef {secret} is not accessible to a {holder.Kind} of namespace {_namespace}: it has no ReferenceGrant");
            }

            return !objects.Certificates.TryGetValue(secret, out var problem) ? Invalid(reference, "the Secret does not exist")
                : problem is null ? null
                : Invalid(reference, problem);
        }

        public string NameOf(K8sObjectReference reference) => $"{SecretScheme}{SecretOf(reference).Namespace}/{reference.Name}";

        private K8sProblem Invalid(K8sObjectReference reference, string problem) => new("InvalidCertificateRef", $"certificateRef {SecretOf(reference)} cannot be used: {problem}");

        private NamespacedName SecretOf(K8sObjectReference reference) => new(string.IsNullOrEmpty(reference.Namespace) ? _namespace : reference.Namespace, reference.Name);
    }
}
