using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>How a client originates TLS (ClientTLSSettings).</summary>
internal static class ClientTlsRules
{
    private const string ConfigMap = "configmap://";

    public static Findings Check(Spec tls, string @namespace)
    {
        var findings = new Findings();
        if (!tls.Exists)
        {
            return findings;
        }

        var mode = tls.Text("mode");
        var credential = tls.Text("credentialName");
        CheckConfigMap(credential, @namespace, findings);
        CheckUnverified(tls, mode, credential, findings);
        if (mode is "SIMPLE" or "MUTUAL" && credential.Length > 0)
        {
            // Everything comes from the credential.
            var hasFiles = Any(tls, "clientCertificate", "caCertificates", "privateKey", "caCrl");
            findings.ErrorIf(hasFiles, "cannot specify client certificates or CA certificate or CA CRL If credentialName is set");
        }
        else if (mode == "MUTUAL")
        {
            findings.ErrorIf(!Any(tls, "clientCertificate"), "client certificate required for mutual tls");
            findings.ErrorIf(!Any(tls, "privateKey"), "private key required for mutual tls");
        }

        return findings;
    }

    private static void CheckConfigMap(string credential, string @namespace, Findings findings)
    {
        if (!credential.StartsWith(ConfigMap, StringComparison.Ordinal))
        {
            return;
        }

        var parts = credential[ConfigMap.Length..].Split('/');
        if (parts.Length > 2 || parts.Contains(""))
        {
            findings.Error($"invalid configmap:// credentialName: invalid resource name {GoText.Quote(credential)}. Expected namespace and name");
        }
        else if (parts.Length == 2 && parts[0] != @namespace)
        {
            findings.Error($"invalid configmap:// credentialName: namespace must match the configuration namespace {GoText.Quote(@namespace)}");
        }
    }

    private static void CheckUnverified(Spec tls, string mode, string credential, Findings findings)
    {
        if (!tls.Flag("insecureSkipVerify"))
        {
            return;
        }

        var verifies = Any(tls, "caCertificates") || tls.Has("subjectAltNames");
        findings.ErrorIf(
            mode == "SIMPLE" && (verifies || credential.Length > 0),
            "cannot specify CaCertificates or CredentialName or SubjectAltNames when InsecureSkipVerify is set true");
        findings.ErrorIf(mode == "MUTUAL" && verifies, "cannot specify CaCertificates or SubjectAltNames when InsecureSkipVerify is set true");
    }

    private static bool Any(Spec tls, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (tls.Text(field).Length > 0)
            {
                return true;
            }
        }

        return false;
    }
}
