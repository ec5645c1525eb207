using System.Collections.Immutable;

namespace Weft.Istio.Admission;

/// <summary>What istiod's validating webhook says of one object. A refusal has a message and no warnings.</summary>
/// <param name="Message">Empty when allowed; otherwise the text after "denied the request: ".</param>
/// <param name="Warnings">One Warning header each.</param>
public sealed record AdmissionVerdict(bool IsAllowed, string Message, ImmutableArray<string> Warnings)
{
    public static AdmissionVerdict Allowed { get; } = new(IsAllowed: true, "", []);

    public static AdmissionVerdict Refused(string message) => new(IsAllowed: false, message, []);
}
