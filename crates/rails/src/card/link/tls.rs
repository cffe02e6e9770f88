//! Encryption of a connection, with exactly one authority trusted.
//!
//! The public authorities are not consulted: whoever can get a certificate from one of them is not
//! the acquirer.

use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::card::{OpenError, Tls};

/// What is needed to greet the other side: TLS 1.2 or 1.3, the authority, the name it must show.
pub(super) fn connector(tls: &Tls) -> Result<(TlsConnector, ServerName<'static>), OpenError> {
    let unusable = |reason: String| OpenError::Authority {
        path: tls.ca_file.clone(),
        reason,
    };
    let mut roots = RootCertStore::empty();
    let certificates =
        CertificateDer::pem_file_iter(&tls.ca_file).map_err(|error| unusable(error.to_string()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| unusable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unusable("the file holds no certificate".into()));
    }
    let name = ServerName::try_from(tls.server_name.clone())
        .map_err(|_| OpenError::ServerName(tls.server_name.clone()))?;
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((TlsConnector::from(Arc::new(config)), name))
}
