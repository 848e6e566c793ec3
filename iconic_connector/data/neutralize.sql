-- A test copy has no credentials, uses the staging host and has nothing in flight.
-- User and application are removed, too: live and staging accounts may share them.
UPDATE iconic_account
   SET api_key = NULL,
       user_login = NULL,
       application_id = NULL,
       application_secret = NULL,
       webhook_token = NULL,
       webhook_token_hash = NULL,
       webhook_id = NULL,
       use_staging = TRUE,
       test_host = 'staging',
       api_url = 'https://sellercenter-api-staging.theiconic.com.au',
       token_url = 'https://sellercenter-api-staging.theiconic.com.au/oauth/client-credentials',
       connection_state = 'on_hold',
       hold_reason = 'This is a neutralised copy of a database: it sends nothing.';

UPDATE iconic_access_token
   SET value = NULL,
       expires_at = NULL,
       fingerprint = NULL;

DELETE FROM iconic_webhook_event;

DELETE FROM iconic_account_job_request;

UPDATE iconic_account_job
   SET owner = NULL,
       lease_until = NULL,
       next_try_at = NULL,
       waiting = FALSE;

UPDATE iconic_feed_line
   SET state = 'cancelled',
       message = 'Only the original database receives the result.'
 WHERE state = 'open';

UPDATE iconic_feed
   SET state = 'cancelled',
       next_poll_at = NULL,
       sending_since = NULL,
       message = 'Only the original database receives the result.'
 WHERE state IN ('sending', 'processing');

UPDATE iconic_order_change
   SET state = 'cancelled',
       sending_since = NULL,
       next_attempt_at = NULL,
       needs_processing = FALSE,
       message = 'Only the original database sends it to the marketplace.'
 WHERE state IN ('pending', 'sending');

-- Values in flight are reset to the state before sending.
UPDATE iconic_listing
   SET product_status = 'created'
 WHERE product_status = 'images_uploaded';

UPDATE iconic_listing
   SET content_status = REPLACE(content_status, 'sent', 'pending'),
       price_status = REPLACE(price_status, 'sent', 'pending'),
       quantity_status = REPLACE(quantity_status, 'sent', 'pending'),
       image_status = REPLACE(image_status, 'sent', 'pending'),
       end_status = REPLACE(end_status, 'sent', 'pending'),
       remove_status = REPLACE(remove_status, 'sent', 'pending')
 WHERE 'sent' IN (content_status, price_status, quantity_status,
                  image_status, end_status, remove_status);
