namespace Weft.Kubernetes.Objects;

/// <summary>An object as the Kubernetes API stores it.</summary>
public interface IKubeObject
{
    /// <summary>Group and version, as in <c>apps/v1</c>; the core group is only its version.</summary>
    string ApiVersion { get; }

    string Kind { get; }

    ObjectMeta Metadata { get; }
}

/// <summary>A part of an object that readers find always and that is not written when nobody gave it.</summary>
internal interface IObjectPart
{
    bool IsAbsent { get; }
}
